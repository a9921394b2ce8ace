#pragma once
/// Deterministic CBOR (RFC 8949 section 4.2.1) as a cereal archive, bounded: one `serialize` a type, for both directions.
///
///     struct Point { std::uint64_t x, y; template <class A> void serialize(A& a) { a(x, y); } };
///     Bytes bytes = cbor::encode(point);               // 82 xx yy: a(…) is an array of as many items
///     Result<Point> back = cbor::decode<Point>(bytes);
///
/// Types: unsigned and signed 64-bit and smaller integers, bool, enums (as their integer), std::string (text, UTF-8
/// checked), Bytes and Fixed (byte strings), std::optional (null), std::vector (array), structs with `serialize`, and
/// Item (any one item, kept as its bytes). Maps, tags, floats, undefined and indefinite lengths do not exist here.
/// Decoding refuses all else: non-shortest heads, bad UTF-8, trailing bytes, depth over 8, an integer that does not fit,
/// any count larger than the bytes left. It never allocates what the input merely claims.

#include <cereal/cereal.hpp>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "crypto/bytes.hpp"

namespace motcua::cbor {

/// Arrays within arrays, the outermost counted.
constexpr std::size_t depth_max = 8;

/// Any one item of the profile, kept verbatim: `bytes` is its encoding. The default is the empty array.
struct Item {
    Bytes bytes = Bytes(1, std::byte{0x80});

    bool operator==(const Item&) const = default;
};

/// Errors: verification, unless `bytes` is exactly one well-formed item of the profile.
[[nodiscard]] Result<void> check(ByteView bytes);

/// The first three bits of an item's head (RFC 8949 section 3.1).
enum class Major : std::uint8_t { unsigned_integer = 0, negative_integer = 1, byte_string = 2, text_string = 3, array = 4 };

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

/// The archive behind `encode`. Text that is not UTF-8, an Item that is none, or depth over the limit breaks an invariant:
/// what comes from outside is checked before it gets here.
class Writer : public cereal::OutputArchive<Writer> {
  public:
    Writer() : OutputArchive(this) {}

    /// Hides cereal's: the items become one array.
    template <class... Items>
    Writer& operator()(Items&&... items) {
        begin_array(sizeof...(Items));
        (item(items), ...);
        end_array();
        return *this;
    }
    /// One value, as itself.
    template <class T>
    void item(const T& value) {
        OutputArchive::operator()(value);
    }

    void begin_array(std::uint64_t count);
    void end_array() { --depth_; }
    void head(Major major, std::uint64_t argument);
    void boolean(bool value);
    void null();
    void byte_string(ByteView bytes);
    void text_string(std::string_view text);
    void raw(const Item& item);

    [[nodiscard]] Bytes take() && { return std::move(bytes_); }

  private:
    Bytes bytes_;
    std::size_t depth_ = 0;
};

/// What the reader throws; `decode` and `check` turn it into an Error, so it never leaves this library.
struct Malformed {
    std::size_t offset;
    const char* cause;
};

/// The archive behind `decode`. Throws Malformed at the first byte that does not fit.
class Reader : public cereal::InputArchive<Reader> {
  public:
    explicit Reader(ByteView bytes) : InputArchive(this), bytes_(bytes) {}

    /// Hides cereal's: expects an array of exactly these items.
    template <class... Items>
    Reader& operator()(Items&&... items) {
        if (begin_array() != sizeof...(Items)) malformed("the array has another number of items than expected");
        (item(items), ...);
        end_array();
        return *this;
    }
    /// One value, as itself.
    template <class T>
    void item(T& value) {
        OutputOf::operator()(value);
    }

    /// The count, which is at most the number of bytes left.
    [[nodiscard]] std::uint64_t begin_array();
    void end_array() { --depth_; }
    [[nodiscard]] std::uint64_t unsigned_integer();
    [[nodiscard]] std::int64_t signed_integer();
    [[nodiscard]] bool boolean();
    [[nodiscard]] bool null();  ///< true, and past it, where the next item is null
    [[nodiscard]] ByteView byte_string();
    [[nodiscard]] std::string_view text_string();
    [[nodiscard]] ByteView any_item();
    void end() const;  ///< nothing may follow
    [[noreturn]] void malformed(const char* cause) const;

  private:
    using OutputOf = cereal::InputArchive<Reader>;
    struct Head {
        Major major;
        std::uint64_t argument;
    };

    Head head();
    std::uint64_t head_of(Major major, const char* otherwise);
    void enter_array(std::uint64_t count);
    ByteView string(std::uint64_t length);
    std::string_view text(std::uint64_t length);

    ByteView bytes_;
    std::size_t offset_ = 0;
    std::size_t item_offset_ = 0;  // where the item being read began, for the message
    std::size_t depth_ = 0;
};

// cereal finds these by the archive's namespace. Enums go through cereal's own conversion to their integer.

template <Integer T>
void save(Writer& writer, const T& value) {
    if constexpr (std::signed_integral<T>) {
        if (value < 0) return writer.head(Major::negative_integer, static_cast<std::uint64_t>(-1 - static_cast<std::int64_t>(value)));
    }
    writer.head(Major::unsigned_integer, static_cast<std::uint64_t>(value));
}
template <Integer T>
void load(Reader& reader, T& value) {
    const auto wide = [&] {
        if constexpr (std::signed_integral<T>) return reader.signed_integer();
        else return reader.unsigned_integer();
    }();
    if (!std::in_range<T>(wide)) reader.malformed("the integer does not fit its type");
    value = static_cast<T>(wide);
}

template <std::same_as<bool> T>
void save(Writer& writer, const T& value) {
    writer.boolean(value);
}
template <std::same_as<bool> T>
void load(Reader& reader, T& value) {
    value = reader.boolean();
}

inline void save(Writer& writer, const std::string& value) { writer.text_string(value); }
inline void load(Reader& reader, std::string& value) { value = reader.text_string(); }

template <class Tag, std::size_t N>
void save(Writer& writer, const Fixed<Tag, N>& value) {
    writer.byte_string(value.bytes);
}
template <class Tag, std::size_t N>
void load(Reader& reader, Fixed<Tag, N>& value) {
    const ByteView bytes = reader.byte_string();
    if (bytes.size() != N) reader.malformed("the byte string has another length than its type");
    std::memcpy(value.bytes.data(), bytes.data(), N);
}

template <class T>
concept NeverNull = !std::same_as<T, Item>;  // null or an item that is null would look the same

template <NeverNull T>
void save(Writer& writer, const std::optional<T>& value) {
    if (!value) return writer.null();
    writer.item(*value);
}
template <NeverNull T>
void load(Reader& reader, std::optional<T>& value) {
    if (reader.null()) return value.reset();
    value = T{};  // emplace() would ask clang about a nested struct's defaults before its outer struct is complete
    reader.item(*value);
}

template <class T>
void save(Writer& writer, const std::vector<T>& values) {
    if constexpr (std::same_as<T, std::byte>) {
        writer.byte_string(values);
    } else {
        writer.begin_array(values.size());
        for (const T& value : values) writer.item(value);
        writer.end_array();
    }
}
/// Grows as items are really read, whatever the count claims.
template <class T>
void load(Reader& reader, std::vector<T>& values) {
    if constexpr (std::same_as<T, std::byte>) {
        values = to_bytes(reader.byte_string());
    } else {
        values.clear();
        const std::uint64_t count = reader.begin_array();
        for (std::uint64_t index = 0; index < count; ++index) reader.item(values.emplace_back());
        reader.end_array();
    }
}

inline void save(Writer& writer, const Item& value) { writer.raw(value); }
inline void load(Reader& reader, Item& value) { value.bytes = to_bytes(reader.any_item()); }

/// The error that a Malformed becomes.
[[nodiscard]] Error error_of(const Malformed& malformed);

template <class T>
[[nodiscard]] Bytes encode(const T& value) {
    Writer writer;
    writer.item(value);
    return std::move(writer).take();
}

/// Errors: verification, with the offset and the cause; the whole of `bytes` must be one T.
template <class T>
[[nodiscard]] Result<T> decode(ByteView bytes) {
    Reader reader(bytes);
    try {
        T value{};
        reader.item(value);
        reader.end();
        return value;
    } catch (const Malformed& malformed) {
        return std::unexpected(error_of(malformed));
    }
}

}  // namespace motcua::cbor

CEREAL_SETUP_ARCHIVE_TRAITS(motcua::cbor::Reader, motcua::cbor::Writer)
