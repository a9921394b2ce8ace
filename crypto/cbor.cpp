#include "crypto/cbor.hpp"

namespace motcua::cbor {
namespace {

constexpr std::byte simple_false{0xF4};
constexpr std::byte simple_true{0xF5};
constexpr std::byte simple_null{0xF6};

// The five low bits of a head: an argument below 24 stands there itself, 24 to 27 announce 1, 2, 4 or 8 bytes of it.
constexpr std::uint8_t one_byte_follows = 24;
constexpr std::uint8_t eight_bytes_follow = 27;

}  // namespace

void Writer::begin_array(std::uint64_t count) {
    ensure(++depth_ <= depth_max, "CBOR nests at most 8 arrays");
    head(Major::array, count);
}

void Writer::head(Major major, std::uint64_t argument) {
    const auto type = static_cast<std::uint8_t>(std::to_underlying(major) << 5U);
    if (argument < one_byte_follows) return bytes_.push_back(static_cast<std::byte>(type | argument));
    std::uint8_t width_exponent = 0;
    while (width_exponent < 3 && argument >> (8U << width_exponent) != 0) ++width_exponent;
    bytes_.push_back(static_cast<std::byte>(type | (one_byte_follows + width_exponent)));
    append_be(bytes_, argument, std::size_t{1} << width_exponent);
}

void Writer::boolean(bool value) {
    bytes_.push_back(value ? simple_true : simple_false);
}

void Writer::null() {
    bytes_.push_back(simple_null);
}

void Writer::byte_string(ByteView bytes) {
    head(Major::byte_string, bytes.size());
    append(bytes_, bytes);
}

void Writer::text_string(std::string_view text) {
    ensure(is_utf8(text), "CBOR text is UTF-8; input from outside is checked before it is encoded");
    head(Major::text_string, text.size());
    append(bytes_, as_bytes(text));
}

void Writer::raw(const Item& item) {
    ensure(check(item.bytes).has_value(), "an Item holds exactly one well-formed item");
    append(bytes_, item.bytes);
}

std::uint64_t Reader::begin_array() {
    const std::uint64_t count = head_of(Major::array, "expected an array");
    enter_array(count);
    return count;
}

void Reader::enter_array(std::uint64_t count) {
    if (count > bytes_.size() - offset_) malformed("the array claims more items than there are bytes left");
    if (++depth_ > depth_max) malformed("arrays nest deeper than 8");
}

std::uint64_t Reader::unsigned_integer() {
    return head_of(Major::unsigned_integer, "expected an unsigned integer");
}

std::int64_t Reader::signed_integer() {
    const auto [major, argument] = head();
    if (major != Major::unsigned_integer && major != Major::negative_integer) malformed("expected an integer");
    if (!std::in_range<std::int64_t>(argument)) malformed("the integer does not fit 64 bits with a sign");
    const auto value = static_cast<std::int64_t>(argument);
    return major == Major::unsigned_integer ? value : -1 - value;
}

bool Reader::boolean() {
    item_offset_ = offset_;
    if (offset_ == bytes_.size()) malformed("the input ends where an item should begin");
    const std::byte byte = bytes_[offset_];
    if (byte != simple_true && byte != simple_false) malformed("expected true or false");
    ++offset_;
    return byte == simple_true;
}

bool Reader::null() {
    if (offset_ == bytes_.size() || bytes_[offset_] != simple_null) return false;
    ++offset_;
    return true;
}

ByteView Reader::byte_string() {
    return string(head_of(Major::byte_string, "expected a byte string"));
}

std::string_view Reader::text_string() {
    return text(head_of(Major::text_string, "expected text"));
}

ByteView Reader::any_item() {
    const std::size_t start = offset_;
    if (offset_ == bytes_.size()) malformed("the input ends where an item should begin");
    const std::byte first = bytes_[offset_];
    if (first == simple_false || first == simple_true || first == simple_null) {
        ++offset_;
        return bytes_.subspan(start, 1);
    }
    const auto [major, argument] = head();
    switch (major) {
        case Major::unsigned_integer:
            break;
        case Major::negative_integer:
            if (!std::in_range<std::int64_t>(argument)) malformed("the integer does not fit 64 bits with a sign");
            break;
        case Major::byte_string:
            (void)string(argument);
            break;
        case Major::text_string:
            (void)text(argument);
            break;
        case Major::array:
            enter_array(argument);
            for (std::uint64_t index = 0; index < argument; ++index) (void)any_item();  // enter_array bounds the depth
            end_array();
            break;
    }
    return bytes_.subspan(start, offset_ - start);
}

void Reader::end() const {
    if (offset_ != bytes_.size()) throw Malformed{offset_, "bytes follow the item"};
}

void Reader::malformed(const char* cause) const {
    throw Malformed{item_offset_, cause};
}

Reader::Head Reader::head() {
    item_offset_ = offset_;
    if (offset_ == bytes_.size()) malformed("the input ends where an item should begin");
    const auto first = std::to_integer<std::uint8_t>(bytes_[offset_++]);
    const auto major = static_cast<std::uint8_t>(first >> 5U);
    const auto low = static_cast<std::uint8_t>(first & 0x1FU);
    if (major > std::to_underlying(Major::array))
        malformed("maps, tags, floats and simple values beyond false, true, null are not in the profile");
    if (low < one_byte_follows) return {static_cast<Major>(major), low};
    if (low > eight_bytes_follow) malformed("indefinite lengths and reserved heads are not in the profile");
    const std::size_t width = std::size_t{1} << (low - one_byte_follows);
    if (width > bytes_.size() - offset_) malformed("the input ends within a head");
    const std::uint64_t argument = load_be(bytes_.subspan(offset_, width));
    offset_ += width;
    const bool shortest = width == 1 ? argument >= one_byte_follows : argument >> (4 * width) != 0;
    if (!shortest) malformed("the head is not in its shortest form");
    return {static_cast<Major>(major), argument};
}

std::uint64_t Reader::head_of(Major major, const char* otherwise) {
    const Head found = head();
    if (found.major != major) malformed(otherwise);
    return found.argument;
}

ByteView Reader::string(std::uint64_t length) {
    if (length > bytes_.size() - offset_) malformed("the string claims more bytes than there are left");
    const ByteView view = bytes_.subspan(offset_, static_cast<std::size_t>(length));
    offset_ += view.size();
    return view;
}

std::string_view Reader::text(std::uint64_t length) {
    const std::string_view view = as_text(string(length));
    if (!is_utf8(view)) malformed("the text is not UTF-8");
    return view;
}

Error error_of(const Malformed& malformed) {
    return {ErrorKind::verification, "CBOR at byte " + std::to_string(malformed.offset) + ": " + malformed.cause};
}

Result<void> check(ByteView bytes) {
    Reader reader(bytes);
    try {
        (void)reader.any_item();
        reader.end();
        return {};
    } catch (const Malformed& malformed) {
        return std::unexpected(error_of(malformed));
    }
}

}  // namespace motcua::cbor
