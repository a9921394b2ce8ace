#pragma once
/// The bytes of one file, in pieces: a write-ahead log grows to megabytes, and to move it at each doubling costs more than to write it.

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "crypto/bytes.hpp"

namespace motcua::simulation {

class FileContent {
  public:
    FileContent() = default;
    explicit FileContent(ByteView bytes) { write(0, bytes); }
    FileContent(FileContent&& other) noexcept : pieces_(std::move(other.pieces_)), size_(std::exchange(other.size_, 0)) {}
    FileContent& operator=(FileContent&& other) noexcept {
        pieces_ = std::move(other.pieces_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }
    FileContent(const FileContent& other) { *this = other; }
    FileContent& operator=(const FileContent& other) {
        if (this == &other) return *this;
        resize(0);
        other.each_piece([this](std::size_t at, ByteView piece) { write(at, piece); });
        return *this;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    /// What is new is zero.
    void resize(std::size_t size) {
        if (size < size_) {
            pieces_.resize((size + piece_bytes - 1) / piece_bytes);
            size_ = size;
            return;
        }
        while (pieces_.size() * piece_bytes < size) pieces_.push_back(std::make_unique_for_overwrite<Piece>());
        walk(size_, size - size_, [](std::byte* at, std::size_t, std::size_t count) { std::memset(at, 0, count); });
        size_ = size;
    }
    void write(std::size_t offset, ByteView bytes) {
        if (offset > size_) resize(offset);
        const std::size_t end = offset + bytes.size();
        while (pieces_.size() * piece_bytes < end) pieces_.push_back(std::make_unique_for_overwrite<Piece>());
        size_ = std::max(size_, end);
        walk(offset, bytes.size(), [&](std::byte* at, std::size_t done, std::size_t count) { std::memcpy(at, bytes.data() + done, count); });
    }
    /// As many of `target.size()` bytes as there are from `offset` on; how many that is.
    std::size_t read(std::size_t offset, std::span<std::byte> target) const {
        const std::size_t there = offset >= size_ ? 0 : std::min(target.size(), size_ - offset);
        walk(offset, there, [&](const std::byte* at, std::size_t done, std::size_t count) { std::memcpy(target.data() + done, at, count); });
        return there;
    }
    [[nodiscard]] Bytes bytes() const {
        Bytes all(size_);
        (void)read(0, all);
        return all;
    }

  private:
    static constexpr std::size_t piece_bytes = 64 * 1024;
    using Piece = std::array<std::byte, piece_bytes>;

    template <class Work>
    void walk(std::size_t offset, std::size_t bytes, Work work) const {
        for (std::size_t done = 0; done < bytes;) {
            const std::size_t within = (offset + done) % piece_bytes;
            const std::size_t count = std::min(piece_bytes - within, bytes - done);
            work(pieces_[(offset + done) / piece_bytes]->data() + within, done, count);
            done += count;
        }
    }
    template <class Each>
    void each_piece(Each each) const {
        for (std::size_t at = 0; at < size_; at += piece_bytes) each(at, ByteView(*pieces_[at / piece_bytes]).first(std::min(piece_bytes, size_ - at)));
    }

    std::vector<std::unique_ptr<Piece>> pieces_;
    std::size_t size_ = 0;
};

}  // namespace motcua::simulation
