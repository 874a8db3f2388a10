#include "tests/support/journal_site.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "appliance/base/random.h"
#include "storage/sync/attachment_chunk.h"

namespace sightline::tests {
namespace {

namespace fs = std::filesystem;
using base::Result;
using sync::OpHash;

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0) throw std::runtime_error("write to a site's journal");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void write_durably(const fs::path& file, std::string_view bytes) {
    const fs::path fresh = file.string() + ".new";
    const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    write_all(descriptor, bytes);
    ::fsync(descriptor);
    ::close(descriptor);
    fs::rename(fresh, file);
}

base::Secret key_in(const sync::Attachment& attachment) {
    return base::Secret(base::from_base64url(attachment.key).value());
}

}  // namespace

TestCircle::TestCircle(std::size_t sites, std::size_t group) {
    for (std::size_t i = 0; i < sites; ++i) {
        devices.push_back(signature::DeviceKey::random());
        sealing.push_back(signature::SealingKey::random());
        members.push_back({sync::SiteId::from_value(0x1000 * (group + 1) + i),
                           "Site " + std::to_string(i), devices.back().public_key(),
                           sealing.back().public_key()});
    }
}

sync::CircleList TestCircle::list(std::uint64_t number) const {
    return {root.public_key().thumbprint(), number, recovery.public_key(), members};
}

JournalSite::JournalSite(fs::path folder, Membership membership, std::uint64_t incarnation)
    : folder_(std::move(folder)),
      membership_(std::move(membership)),
      self_{membership_.site, incarnation},
      believed_(membership_.root),
      signer_(membership_.device) {
    CHECK(believed_.take(membership_.list));
    fs::create_directories(folder_ / "chunks");
    start_replica();
    open();
}

JournalSite::JournalSite(fs::path folder, const TestCircle& circle, std::size_t index,
                         std::uint64_t incarnation, std::uint64_t list_number)
    : JournalSite(std::move(folder),
                  {circle.members[index].site, circle.devices[index], circle.sealing[index],
                   circle.root.public_key(), circle.jws(list_number)},
                  incarnation) {}

JournalSite::~JournalSite() { ::close(journal_); }

void JournalSite::start_replica() {
    sealer_ =
        std::make_unique<sync::JoseSealer>(membership_.sealing, believed_.list()->recipients());
    keys_ = std::make_unique<sync::KnownKeys>(*believed_.list(), hub_);
    replica_ = std::make_unique<sync::Replica>(self_, signer_, *sealer_, *keys_);
}

// Records are a letter, the length and the text; what is behind the last whole one was being
// written when the process died, and nobody was told of it.
void JournalSite::open() {
    const fs::path file = folder_ / "journal";
    const std::string all = read_file(file);
    std::string_view left = all;
    std::vector<std::pair<char, std::string_view>> records;
    while (left.size() >= 10) {
        const auto size = std::stoul(std::string(left.substr(1, 8)));
        if (left.size() < 10 + size) break;
        records.emplace_back(left[0], left.substr(10, size));
        left.remove_prefix(10 + size);
    }
    for (const auto& [kind, text] : records) {
        if (kind != 'h') continue;
        hub_ = signature::PublicKey::parse(text).value();
        start_replica();
    }
    for (const auto& [kind, text] : records) {
        if (kind == 'o') {
            const auto op = sync::Op::parse(text, *keys_).value();
            for (const OpHash& each : replica_->restore(text).value()) {
                if (!effects_.insert(each).second) ++doubled_;
            }
            const auto opened = sealer_->open(op.sealed());
            auto content = opened ? sync::parse_content(opened->reveal_text(), op.envelope())
                                  : Result<sync::OpContent>(opened.error());
            sync::Arrival arrival{op, {sync::Verdict::Next}};
            if (content) arrival.content = std::move(*content);
            arrival.own = op.envelope().chain.site == self_.site;
            note_chunks(arrival);
        }
        if (kind == 's') std::erase(unsent_, sync::hash_from_text(text).value());
        if (kind == 'f') {
            // A text of its own is enough for a test: it says that it is stopped.
            replica_->close({self_, 1, {}, sync::hash_from_text(text).value()});
        }
    }
    for (const auto& [kind, text] : records) {
        if (kind == 'r') replica_->acknowledge(replica_->judge_receipt(text).value().receipt);
    }
    journal_ = ::open(file.c_str(), O_WRONLY | O_CREAT, 0600);
    CHECK(journal_ >= 0 &&
          ::ftruncate(journal_, static_cast<off_t>(all.size() - left.size())) == 0);
    ::lseek(journal_, 0, SEEK_END);
}

void JournalSite::write(const std::vector<std::pair<char, std::string>>& records) {
    std::string text;
    for (const auto& [kind, record] : records) {
        char head[16];
        std::snprintf(head, sizeof head, "%c%08zu ", kind, record.size());
        text += std::string(head, 10) + record;
    }
    write_all(journal_, text);
    if (::fdatasync(journal_) != 0) throw std::runtime_error("fdatasync of a site's journal");
}

void JournalSite::keep(char kind, std::string_view text) { write({{kind, std::string(text)}}); }

void JournalSite::apply(const sync::Arrival& arrival) {
    for (const OpHash& each : replica_->apply(arrival)) {
        if (!effects_.insert(each).second) ++doubled_;
    }
    note_chunks(arrival);
}

void JournalSite::note_chunks(const sync::Arrival& arrival) {
    if (!arrival.content) return;
    for (const sync::Change& change : arrival.content->changes) {
        if (change.kind != sync::Change::Kind::Set || !change.path.starts_with("attachments/")) {
            continue;
        }
        const auto attachment = sync::Attachment::parse(change.value).value();
        auto& list = arrival.own ? unsent_ : wanted_;
        for (const OpHash& chunk : attachment.chunks) {
            if (arrival.own || !fs::exists(chunk_file(chunk))) list.push_back(chunk);
        }
    }
}

sync::Op JournalSite::edit(sync::Pseudonym dossier, const sync::OpContent& content) {
    const auto arrival = replica_->make(dossier, content);
    if (!arrival) throw std::runtime_error(arrival.error().text);
    keep('o', arrival->op.text());
    apply(*arrival);
    return arrival->op;
}

sync::Op JournalSite::attach(sync::Pseudonym dossier, const std::string& name,
                             const std::string& bytes) {
    base::Bytes key(32);
    base::fill_random(key);
    sync::Attachment attachment{name, bytes.size(), base::to_base64url(key), {}};
    for (std::size_t at = 0; at < bytes.size(); at += sync::kChunkBytes) {
        const std::string_view piece = std::string_view(bytes).substr(at, sync::kChunkBytes);
        const auto sealed =
            sync::seal_chunk(base::Secret(key), attachment.chunks.size(), base::as_bytes(piece));
        attachment.chunks.push_back(sync::sha256_of(sealed));
        write_durably(chunk_file(attachment.chunks.back()), sealed);
    }
    return edit(dossier, {"officer 1",
                          1000,
                          {{sync::Change::Kind::Set, "attachments/" + name, attachment.value()}}});
}

std::optional<std::string> JournalSite::attachment(sync::Pseudonym dossier,
                                                   const std::string& name) {
    const auto* history = replica_->dossier(dossier);
    if (history == nullptr) return std::nullopt;
    const auto state = history->state();
    const auto field = state.fields.find("attachments/" + name);
    if (field == state.fields.end() || field->second.value() == nullptr) return std::nullopt;
    const auto attachment = sync::Attachment::parse(*field->second.value()).value();
    std::string bytes;
    for (std::size_t i = 0; i < attachment.chunks.size(); ++i) {
        const auto file = chunk_file(attachment.chunks[i]);
        if (!fs::exists(file)) return std::nullopt;
        const auto sealed = read_file(file);
        const auto piece = sync::open_chunk(key_in(attachment), i, base::as_bytes(sealed));
        if (!piece) return std::nullopt;
        bytes += base::as_text(*piece);
    }
    return bytes;
}

fs::path JournalSite::chunk_file(const OpHash& name) const {
    return folder_ / "chunks" / sync::text_of(name);
}

sync::SiteId JournalSite::id() const { return self_.site; }

std::string JournalSite::sign(std::string_view payload, std::string_view purpose) const {
    return signer_.sign(payload, purpose);
}

Result<void> JournalSite::take_hub(const signature::PublicKey& key) {
    if (key == hub_) return {};
    if (!hub_.jwk().empty()) return base::Error{base::Errc::Forbidden, "sync: another hub"};
    keep('h', key.jwk());
    ::close(journal_);
    hub_ = key;
    effects_.clear();
    unsent_.clear();
    wanted_.clear();
    start_replica();
    open();
    return {};
}

Result<void> JournalSite::take_circle(std::string_view jws) {
    if (const auto taken = believed_.take(jws); !taken) return taken.error();
    membership_.list = jws;
    return {};
}

std::vector<std::string> JournalSite::to_send(std::size_t most_ops, std::size_t most_bytes) {
    std::vector<std::string> ops;
    std::size_t bytes = 0;
    for (const auto op : replica_->to_send(most_ops)) {
        if (!ops.empty() && bytes + op.size() > most_bytes) break;
        bytes += op.size();
        ops.emplace_back(op);
    }
    return ops;
}

Result<void> JournalSite::take_receipt(std::string_view jws) {
    const auto judged = replica_->judge_receipt(jws);
    if (!judged) return judged.error();
    if (judged->fork) {
        take_fork(*judged->fork);
        return {};
    }
    keep('r', jws);
    replica_->acknowledge(judged->receipt);
    return {};
}

void JournalSite::take_fork(const sync::Fork& fork) {
    if (stopped() || fork.chain.site != self_.site) return;
    keep('f', sync::text_of(fork.offered));
    replica_->close(fork);
}

bool JournalSite::stopped() const { return replica_->stopped().has_value(); }

sync::Marks JournalSite::marks() { return replica_->marks(); }

Result<void> JournalSite::take_ops(const std::vector<std::string_view>& ops) {
    for (const std::string_view text : ops) {
        const auto arrival = replica_->judge(text);
        if (!arrival) return arrival.error();
        if (arrival->judgement.verdict == sync::Verdict::Fork) {
            take_fork(*arrival->judgement.fork);
            return {};
        }
        if (arrival->judgement.verdict != sync::Verdict::Next) continue;
        keep('o', text);
        apply(*arrival);
    }
    return {};
}

std::vector<OpHash> JournalSite::chunks_to_send(std::size_t most) {
    return {unsent_.begin(),
            unsent_.begin() + static_cast<std::ptrdiff_t>(std::min(most, unsent_.size()))};
}

Result<std::string> JournalSite::read_chunk(const OpHash& name) {
    return read_file(chunk_file(name));
}

void JournalSite::chunks_sent(const std::vector<OpHash>& names) {
    std::vector<std::pair<char, std::string>> records;
    for (const OpHash& name : names) {
        std::erase(unsent_, name);
        records.emplace_back('s', sync::text_of(name));
    }
    if (!records.empty()) write(records);
}

std::vector<OpHash> JournalSite::chunks_wanted(std::size_t most) {
    std::erase_if(wanted_, [&](const OpHash& name) { return fs::exists(chunk_file(name)); });
    return {wanted_.begin(),
            wanted_.begin() + static_cast<std::ptrdiff_t>(std::min(most, wanted_.size()))};
}

Result<void> JournalSite::keep_chunk(const OpHash& name, std::string_view bytes) {
    write_durably(chunk_file(name), bytes);
    return {};
}

}  // namespace sightline::tests
