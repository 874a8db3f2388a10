#include "storage/person_record.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cctype>
#include <set>
#include <utility>

#include "storage/audit/event.h"
#include "storage/codec.h"
#include "storage/record_types.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;
namespace json = boost::json;

constexpr std::string_view kAnother = "[another person]";
// Members that hold an instant, and members that hold what somebody wrote.
constexpr std::array<std::string_view, 9> kTimes{"at",    "opened", "ended", "joined",     "left",
                                                 "alive", "from",   "until", "undertaking"};
constexpr std::array<std::string_view, 9> kFreeText{
    "remarks", "title", "question", "answer", "demeanour", "grounds", "name", "scope", "detail"};

bool contains(const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::set<std::string> words_of(const model::Person& person) {
    std::set<std::string> words;
    const std::string all = lower(person.family_name + " " + person.given_names);
    for (std::size_t at = 0; at < all.size();) {
        const auto end = std::min(all.find(' ', at), all.size());
        if (end - at >= 2) words.insert(all.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

// The others' names, longest first.
class OtherNames {
  public:
    void add(const model::Person& person) {
        names_.merge(words_of(person));
        if (person.individual_number.size() >= 4) names_.insert(lower(person.individual_number));
    }
    void keep(const model::Person& person) {
        for (const auto& word : words_of(person)) names_.erase(word);
        names_.erase(lower(person.individual_number));
    }
    // How many it took out.
    std::size_t redact(std::string& text) const {
        std::size_t count = 0;
        for (const auto& name : names_) {
            for (std::size_t at = 0; (at = lower(text).find(name, at)) != std::string::npos;) {
                if (!stands_alone(text, at, name)) {
                    ++at;
                    continue;
                }
                text.replace(at, name.size(), kAnother);
                at += kAnother.size();
                ++count;
            }
        }
        return count;
    }

  private:
    struct LongestFirst {
        bool operator()(const std::string& a, const std::string& b) const {
            return a.size() != b.size() ? a.size() > b.size() : a < b;
        }
    };
    // "Ann" is not in "planned". Scripts that join words to a name, as Arabic does with "and", are
    // taken at every place: better too much than a name.
    static bool stands_alone(const std::string& text, std::size_t at, const std::string& name) {
        const auto letter = [&](std::size_t i) {
            return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
        };
        return !(at > 0 && letter(at - 1)) && !letter(at + name.size());
    }
    struct Names : std::set<std::string, LongestFirst> {
        void merge(const std::set<std::string>& words) { insert(words.begin(), words.end()); }
    };
    Names names_;
};

std::string text_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

const char* section_of(RecordKind kind) {
    switch (kind) {
        case RecordKind::Case:
            return "case";
        case RecordKind::Person:
            return "person";
        case RecordKind::Document:
            return "documents";
        case RecordKind::Note:
            return "notes";
        case RecordKind::Consent:
            return "consents";
        case RecordKind::Decision:
            return "decisions";
        case RecordKind::Interview:
            return "interviews";
        case RecordKind::Participant:
            return "participants";
        case RecordKind::Break:
            return "breaks";
        case RecordKind::Incident:
            return "incidents";
        default:
            return nullptr;  // a document's bytes, what is kept only while an interview runs, the
                             // site's
    }
}

bool is_about(RecordKind kind, const json::object& record, const std::string& person) {
    switch (kind) {
        case RecordKind::Person:
            return text_at(record, "id") == person;
        case RecordKind::Consent:  // a guardian's for them is theirs too
            return text_at(record, "person") == person || text_at(record, "on_behalf") == person;
        case RecordKind::Document:
        case RecordKind::Note:
        case RecordKind::Decision: {
            const auto about = text_at(record, "about");
            return about.empty() || about == person;
        }
        default:
            return true;
    }
}

// "03-birth-certificate.pdf": ASCII that every file system takes, whatever the title is.
std::string safe_name(const model::Document& document, std::size_t number) {
    std::string name = (number < 10 ? "0" : "") + std::to_string(number);
    std::string title;
    for (const char c : document.title) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (plain) title.push_back(c);
        if (!plain && !title.empty() && title.back() != '-') title.push_back('-');
        if (title.size() == 60) break;
    }
    while (!title.empty() && title.back() == '-') title.pop_back();
    name += "-" + (title.empty() ? "document" : title);
    constexpr std::array<std::pair<std::string_view, const char*>, 4> kSuffixes{
        {{"application/pdf", ".pdf"},
         {"image/jpeg", ".jpg"},
         {"image/png", ".png"},
         {"text/plain", ".txt"}}};
    for (const auto& [type, suffix] : kSuffixes) {
        if (document.media_type == type) return name + suffix;
    }
    return name + ".bin";
}

class Selection {
  public:
    Selection(const Dossier& dossier, base::RecordId person)
        : dossier_(dossier), person_(person.text()) {}

    base::Result<PersonRecord> run(const std::vector<AuditLog::Opening>& log);

  private:
    base::Result<void> learn_names();
    base::Result<void> take(const Record& record);
    void take(const AuditLog::Opening& entry, json::array& out);
    void tidy(json::value& value);

    const Dossier& dossier_;
    const std::string person_;
    OtherNames names_;
    std::set<std::string> others_;  // identifiers of what is left out
    PersonRecord out_;
    json::object records_;
};

base::Result<void> Selection::learn_names() {
    std::optional<model::Person> own;
    for (const auto& record : dossier_.records) {
        if (record.kind != RecordKind::Person) continue;
        auto person = decode<model::Person>(record.body);
        if (!person) return person.error();
        if (person->id.text() == person_) {
            own = std::move(*person);
        } else {
            names_.add(*person);
            others_.insert(person->id.text());
        }
    }
    if (!own) {
        return Error{Errc::NotFound, "export person " + person_ + " of dossier " +
                                         dossier_.id.text() +
                                         ": there is none; see who belongs to the case"};
    }
    names_.keep(*own);
    return {};
}

// Instants as people read them, names of others out, and nothing that opens anything.
void Selection::tidy(json::value& value) {
    if (auto* array = value.if_array()) {
        for (auto& item : *array) tidy(item);
        return;
    }
    auto* object = value.if_object();
    if (object == nullptr) return;
    object->stable_erase("token_sha256");
    object->stable_erase("parts");
    const auto role = text_at(*object, "role");
    for (auto& [key, member] : *object) {
        if (member.is_int64() && contains(kTimes, std::string_view(key))) {
            member = json::string(model::to_rfc3339(
                model::RecordTime(std::chrono::milliseconds(member.get_int64()))));
        } else if (member.is_string() && contains(kFreeText, std::string_view(key)) &&
                   (role.empty() || role == "applicant")) {
            std::string text(member.get_string());
            out_.redacted += names_.redact(text);
            member = json::string(text);
        } else {
            tidy(member);
        }
    }
}

base::Result<void> Selection::take(const Record& record) {
    const char* section = section_of(record.kind);
    if (section == nullptr) return {};
    const auto text = json_of(record.body);
    if (!text) return text.error();
    boost::system::error_code wrong;
    json::value value = json::parse(base::as_text(*text), wrong);
    if (wrong || !value.is_object()) {
        return Error{Errc::Malformed,
                     "read a record: it is not of the form it should have; update "
                     "this program"};
    }
    if (!is_about(record.kind, value.get_object(), person_)) {
        others_.insert(record.id.text());
        ++out_.left_out;
        return {};
    }
    tidy(value);
    if (record.kind == RecordKind::Document) {
        auto document = decode<model::Document>(record.body);
        if (!document) return document.error();
        // The title as it may be shown: it becomes a file name.
        document->title = text_at(value.get_object(), "title");
        const auto file = safe_name(*document, out_.documents.size() + 1);
        value.get_object()["file"] = "documents/" + file;
        out_.documents.push_back({std::move(*document), file});
    }
    auto& list = records_[section];
    if (!list.is_array()) list.emplace_array();
    list.get_array().push_back(std::move(value));
    return {};
}

void Selection::take(const AuditLog::Opening& entry, json::array& out) {
    const auto event = audit::parse_event(entry.event);
    if (!event) return;
    if (std::any_of(others_.begin(), others_.end(), [&](const std::string& id) {
            return event->detail.find(id) != std::string::npos;
        })) {
        ++out_.left_out;
        return;
    }
    std::string detail = event->detail;
    out_.redacted += names_.redact(detail);
    out.push_back(json::object{{"entry", entry.leaf},
                               {"at", model::to_rfc3339(event->at)},
                               {"by", event->actor},
                               {"what", json::string(audit::name_of(event->action))},
                               {"detail", detail}});
}

base::Result<PersonRecord> Selection::run(const std::vector<AuditLog::Opening>& log) {
    if (auto known = learn_names(); !known) return known.error();
    for (const char* section : {"person", "case", "consents", "interviews", "participants", "notes",
                                "decisions", "documents", "breaks", "incidents"}) {
        records_[section].emplace_array();  // in this order, and there even when empty
    }
    for (const auto& record : dossier_.records) {
        if (auto taken = take(record); !taken) return taken.error();
    }
    json::array entries;
    for (const auto& entry : log) take(entry, entries);
    const auto& terms = dossier_.terms;
    out_.json["dossier"] = dossier_.id.text();
    out_.json["kept_since"] = model::to_rfc3339(terms.created);
    out_.json["kept_until"] =
        terms.retain_until ? json::value(json::string(model::to_rfc3339(*terms.retain_until)))
                           : json::value(nullptr);
    out_.json["legal_hold"] = terms.held;
    for (auto& [section, list] : records_) out_.json[section] = list;
    out_.json["log"] = std::move(entries);
    return std::move(out_);
}

}  // namespace

base::Result<PersonRecord> person_record(const Dossier& dossier,
                                         const std::vector<AuditLog::Opening>& log,
                                         base::RecordId person) {
    return Selection(dossier, person).run(log);
}

}  // namespace sightline::storage
