#include "node/control/codec.hpp"

#include <utility>

namespace motcua::node {

namespace {

constexpr std::uint64_t codec_version = 1;

/// Calls `use` with the integral constant of the alternative `index`, or returns false when there is none.
template <class Variant, class Use>
bool with_alternative(std::uint64_t index, Use use) {
    return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return ((index == Index ? (use(std::integral_constant<std::size_t, Index>{}), true) : false) || ...);
    }(std::make_index_sequence<std::variant_size_v<Variant>>{});
}

template <class Variant>
Variant read_alternative(cbor::Reader& reader, std::uint64_t index) {
    Variant variant;
    const bool known = with_alternative<Variant>(index, [&](auto constant) {
        reader.item(variant.template emplace<constant()>());
    });
    if (!known) reader.malformed("unknown kind of work");
    return variant;
}

/// Walks a value as an archive does, to find text that cbor::encode would not take.
class TextCheck {
  public:
    template <class... Items>
    void operator()(Items&&... items) {
        (visit(items), ...);
    }
    [[nodiscard]] bool all_utf8() const { return all_utf8_; }

    void visit(const std::string& text) { all_utf8_ = all_utf8_ && is_utf8(text); }
    template <class T>
    void visit(const std::vector<T>& values) {
        for (const T& value : values) visit(value);
    }
    template <class T>
    void visit(const std::optional<T>& value) {
        if (value) visit(*value);
    }
    template <class T>
    void visit(const T& value) {
        // `serialize` serves both directions and so is not const; this direction only reads.
        if constexpr (requires(T& item) { item.serialize(*this); }) const_cast<T&>(value).serialize(*this);
    }

  private:
    bool all_utf8_ = true;
};

}  // namespace

Result<void> check_texts(const Work& work) {
    TextCheck check;
    std::visit([&](const auto& fields) { check.visit(fields); }, work);
    if (!check.all_utf8()) return fail(ErrorKind::usage, "a text in the request is not UTF-8; check the terminal's or the file's encoding");
    return {};
}

Result<crypto::Secret> encode_request(const Request& request) {
    if (auto checked = check_texts(request.work); !checked) return std::unexpected(checked.error());
    const Bytes fields = std::visit([](const auto& work) { return cbor::encode(work); }, request.work);
    // Assembled by hand in locked memory: a growing vector would leave copies of the seed behind.
    cbor::Writer writer;
    writer.begin_array(4);
    writer.head(cbor::Major::unsigned_integer, codec_version);
    writer.head(cbor::Major::unsigned_integer, request.work.index());
    writer.head(cbor::Major::byte_string, request.officer_seed.size());
    const Bytes head = std::move(writer).take();

    const std::size_t size = head.size() + request.officer_seed.size() + fields.size();
    if (size > control_frame_bytes_max)
        return fail(ErrorKind::refused, "the request is " + std::to_string(size) + " bytes long; at most " + std::to_string(control_frame_bytes_max) + " are taken at once");
    crypto::Secret frame(size);
    auto target = frame.writable().begin();
    for (const ByteView part : {ByteView(head), request.officer_seed.view(), ByteView(fields)}) target = std::copy(part.begin(), part.end(), target);
    return frame;
}

Result<Request> decode_request(ByteView frame) {
    cbor::Reader reader(frame);
    try {
        if (reader.begin_array() != 4) reader.malformed("a request has four items");
        if (reader.unsigned_integer() != codec_version) reader.malformed("a request of another version of motcua");
        const std::uint64_t index = reader.unsigned_integer();
        const ByteView seed = reader.byte_string();
        if (!seed.empty() && seed.size() != crypto::SigningKey::seed_bytes) reader.malformed("a seed has 32 bytes");
        Request request{.work = read_alternative<Work>(reader, index), .officer_seed = crypto::Secret::copy_of(seed)};
        reader.end_array();
        reader.end();
        return request;
    } catch (const cbor::Malformed& malformed) {
        return std::unexpected(cbor::error_of(malformed));
    }
}

Bytes encode_answer(const Result<Done>& answer) {
    cbor::Writer writer;
    writer.begin_array(4);
    writer.item(codec_version);
    if (answer) {
        writer.item(std::uint64_t{0});
        writer.item(std::uint64_t{answer->index()});
        std::visit([&](const auto& done) { writer.item(done); }, *answer);
    } else {
        writer.item(static_cast<std::uint64_t>(answer.error().kind));
        writer.item(std::uint64_t{0});
        // A message may quote what a peer said.
        const std::string& text = answer.error().message;
        writer.item(is_utf8(text) ? text : std::string("(the message is not UTF-8)"));
    }
    writer.end_array();
    return std::move(writer).take();
}

Result<Done> decode_answer(ByteView frame) {
    cbor::Reader reader(frame);
    try {
        if (reader.begin_array() != 4) reader.malformed("an answer has four items");
        if (reader.unsigned_integer() != codec_version) reader.malformed("an answer of another version of motcua; restart serve");
        const std::uint64_t kind = reader.unsigned_integer();
        if (kind > static_cast<std::uint64_t>(ErrorKind::busy)) reader.malformed("unknown kind of error");
        const std::uint64_t index = reader.unsigned_integer();
        Result<Done> answer;
        if (kind == 0) {
            answer = read_alternative<Done>(reader, index);
        } else {
            if (index != 0) reader.malformed("an error is no kind of work");
            answer = fail(static_cast<ErrorKind>(kind), std::string(reader.text_string()));
        }
        reader.end_array();
        reader.end();
        return answer;
    } catch (const cbor::Malformed& malformed) {
        return std::unexpected(cbor::error_of(malformed));
    }
}

}  // namespace motcua::node
