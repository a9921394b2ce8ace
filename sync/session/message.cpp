#include "sync/session/message.hpp"

#include <utility>

namespace motcua::sync {
namespace {

MessageType type_of(const Message& message) {
    struct TypeOf {
        MessageType operator()(const Hello&) const { return MessageType::hello; }
        MessageType operator()(const Heads&) const { return MessageType::heads; }
        MessageType operator()(const Extend&) const { return MessageType::extend; }
        MessageType operator()(const Cosign&) const { return MessageType::cosign; }
        MessageType operator()(const Want&) const { return MessageType::want; }
        MessageType operator()(const Blob&) const { return MessageType::blob; }
        MessageType operator()(const Fork&) const { return MessageType::fork; }
        MessageType operator()(const Credit&) const { return MessageType::credit; }
        MessageType operator()(const Bye&) const { return MessageType::bye; }
        MessageType operator()(const Refuse&) const { return MessageType::refuse; }
        MessageType operator()(const Fetch&) const { return MessageType::fetch; }
        MessageType operator()(const FileWant&) const { return MessageType::file_want; }
        MessageType operator()(const Chunk&) const { return MessageType::chunk; }
    };
    return std::visit(TypeOf{}, message);
}

template <class Fields>
Message read(cbor::Reader& reader) {
    Fields fields;
    reader.item(fields);
    return fields;
}

Message read_fields(cbor::Reader& reader, MessageType type) {
    switch (type) {
        case MessageType::hello:
            return read<Hello>(reader);
        case MessageType::heads:
            return read<Heads>(reader);
        case MessageType::extend:
            return read<Extend>(reader);
        case MessageType::cosign:
            return read<Cosign>(reader);
        case MessageType::want:
            return read<Want>(reader);
        case MessageType::blob:
            return read<Blob>(reader);
        case MessageType::fork:
            return read<Fork>(reader);
        case MessageType::credit:
            return read<Credit>(reader);
        case MessageType::bye:
            return read<Bye>(reader);
        case MessageType::refuse:
            return read<Refuse>(reader);
        case MessageType::fetch:
            return read<Fetch>(reader);
        case MessageType::file_want:
            return read<FileWant>(reader);
        case MessageType::chunk:
            return read<Chunk>(reader);
    }
    reader.malformed("no message has this type");
}

/// Limits that the grammar alone does not hold.
const char* excess_in(const Message& message) {
    struct Excess {
        const char* operator()(const Hello& hello) const { return text(hello.software); }
        const char* operator()(const Heads&) const { return nullptr; }
        const char* operator()(const Extend& extend) const {
            const Extension& extension = extend.extension;
            if (extension.entries.empty()) return "an extension has at least one entry";
            if (extension.bodies.size() != extension.entries.size())
                return "an extension has as many bodies as entries";
            return note(extension.checkpoint);
        }
        const char* operator()(const Cosign&) const { return nullptr; }
        const char* operator()(const Want&) const { return nullptr; }
        const char* operator()(const Blob& blob) const {
            return blob.bytes && blob.bytes->size() > body_bytes_max ? "the body is too long" : nullptr;
        }
        const char* operator()(const Fork& fork) const { return note(fork.checkpoint); }
        const char* operator()(const Credit&) const { return nullptr; }
        const char* operator()(const Bye& bye) const { return text(bye.reason); }
        const char* operator()(const Refuse& refuse) const { return text(refuse.reason); }
        const char* operator()(const Fetch&) const { return nullptr; }
        const char* operator()(const FileWant& want) const {
            const bool some = want.first == manifest_index
                                  ? want.count == 1
                                  : want.first <= chunks_max && want.count <= chunks_max - want.first;
            return some ? nullptr : "no file has so many chunks";
        }
        const char* operator()(const Chunk& chunk) const {
            if (chunk.index != manifest_index && chunk.index >= chunks_max) return "no file has so many chunks";
            return chunk.bytes && chunk.bytes->size() > chunk_bytes ? "the chunk is too long" : nullptr;
        }

        static const char* text(const std::string& text) {
            return text.size() > text_bytes_max ? "the text is too long" : nullptr;
        }
        static const char* note(const std::string& note) {
            return note.size() > crypto::Note::bytes_max ? "the note is too long" : nullptr;
        }
    };
    return std::visit(Excess{}, message);
}

}  // namespace

Bytes encode_message(const Message& message) {
    cbor::Writer writer;
    writer.begin_array(2);
    writer.item(type_of(message));
    std::visit([&](const auto& fields) { writer.item(fields); }, message);
    writer.end_array();
    return std::move(writer).take();
}

Result<Message> decode_message(ByteView bytes) {
    if (bytes.size() > message_bytes_max)
        return fail(ErrorKind::verification, "the message is longer than messages are");
    cbor::Reader reader(bytes);
    try {
        if (reader.begin_array() != 2) reader.malformed("a message is an array of type and fields");
        MessageType type{};
        reader.item(type);
        Message message = read_fields(reader, type);
        reader.end_array();
        reader.end();
        if (const char* excess = excess_in(message)) return fail(ErrorKind::verification, excess);
        return message;
    } catch (const cbor::Malformed& malformed) {
        return std::unexpected(cbor::error_of(malformed));
    }
}

std::string bounded_text(std::string_view text) {
    std::size_t length = std::min(text.size(), text_bytes_max);
    if (length < text.size()) {
        while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
    }
    return std::string(text.substr(0, length));
}

}  // namespace motcua::sync
