// The published schema and the reader agree. The schema is made of the reader's own table; that
// what it says means the same is tried out with a small validator and documents of all kinds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "tests/support/dossier_schema.h"
#include "tests/unit/session/dossier/forms.h"

namespace sightline::dossier {
namespace {

namespace json = boost::json;
using testing::IsEmpty;

std::string published(const char* name) {
    std::ifstream in(std::string(SOURCE_ROOT "/session/dossier/") + name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// Of well-formed UTF-8.
std::wstring characters_of(std::string_view text) {
    std::wstring all;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        unsigned value = more == 0 ? lead : lead & (0x3Fu >> more);
        for (int n = 1; n <= more; ++n) {
            value = value << 6 |
                    (static_cast<unsigned char>(text[i + static_cast<unsigned>(n)]) & 0x3Fu);
        }
        all += static_cast<wchar_t>(value);
        i += static_cast<std::size_t>(more) + 1;
    }
    return all;
}

// What of JSON Schema 2020-12 the schema uses; any other keyword is a failure.
class Validator {
  public:
    explicit Validator(json::object schema) : root_(std::move(schema)) {}

    bool valid(const json::value& value) const { return valid(root_, value); }

  private:
    bool valid(const json::object& schema, const json::value& value) const {
        for (const auto& [key, argument] : schema) {
            if (!holds(std::string(key), argument, schema, value)) return false;
        }
        return true;
    }

    bool holds(const std::string& key, const json::value& argument, const json::object& schema,
               const json::value& value) const {
        if (key == "$schema" || key == "title" || key == "description" || key == "$defs")
            return true;
        if (key == "$ref") {
            const std::string name(
                argument.as_string().subview(std::string_view("#/$defs/").size()));
            return valid(root_.at("$defs").as_object().at(name).as_object(), value);
        }
        if (key == "const") return value == argument;
        if (key == "enum") return has(argument.as_array(), value);
        if (key == "type") return is(std::string(argument.as_string()), value);
        if (key == "required") return has_all(argument.as_array(), value);
        if (key == "properties") return properties_hold(argument.as_object(), value);
        if (key == "additionalProperties") return no_other(schema, value);
        if (key == "items") return items_hold(argument.as_object(), value);
        if (key == "uniqueItems") return are_unique(value);
        const auto bound = argument.is_string() ? 0 : argument.to_number<std::uint64_t>();
        if (key == "minItems") return !value.is_array() || value.get_array().size() >= bound;
        if (key == "maxItems") return !value.is_array() || value.get_array().size() <= bound;
        if (key == "minimum")
            return !value.is_int64() || value.get_int64() >= static_cast<std::int64_t>(bound);
        if (key == "maximum")
            return !value.is_int64() || value.get_int64() <= static_cast<std::int64_t>(bound);
        if (!value.is_string()) return true;
        const std::wstring text = characters_of(value.get_string());
        if (key == "maxLength") return text.size() <= bound;
        if (key == "pattern") return matches(text, std::string(argument.as_string()));
        ADD_FAILURE() << "the schema has a keyword that this test does not know: " << key;
        return false;
    }

    static bool matches(const std::wstring& text, const std::string& pattern) {
        static std::map<std::string, std::wregex> compiled;
        auto [known, is_new] = compiled.try_emplace(pattern);
        if (is_new) known->second.assign(characters_of(pattern), std::regex::ECMAScript);
        // The library's matcher recurses for each character of a long text.
        return std::regex_search(text.substr(0, 2000), known->second);
    }
    static bool is(const std::string& type, const json::value& value) {
        if (type == "object") return value.is_object();
        if (type == "array") return value.is_array();
        if (type == "string") return value.is_string();
        EXPECT_EQ(type, "integer");
        return value.is_int64();
    }
    static bool has(const json::array& some, const json::value& value) {
        return std::find(some.begin(), some.end(), value) != some.end();
    }
    static bool has_all(const json::array& names, const json::value& value) {
        return !value.is_object() ||
               std::all_of(names.begin(), names.end(), [&](const json::value& name) {
                   return value.get_object().contains(name.as_string());
               });
    }
    bool properties_hold(const json::object& properties, const json::value& value) const {
        if (!value.is_object()) return true;
        return std::all_of(properties.begin(), properties.end(), [&](const auto& property) {
            const auto* member = value.get_object().if_contains(property.key());
            return member == nullptr || valid(property.value().as_object(), *member);
        });
    }
    static bool no_other(const json::object& schema, const json::value& value) {
        const auto& properties = schema.at("properties").as_object();
        return !value.is_object() ||
               std::all_of(value.get_object().begin(), value.get_object().end(),
                           [&](const auto& member) { return properties.contains(member.key()); });
    }
    bool items_hold(const json::object& schema, const json::value& value) const {
        return !value.is_array() ||
               std::all_of(value.get_array().begin(), value.get_array().end(),
                           [&](const json::value& one) { return valid(schema, one); });
    }
    static bool are_unique(const json::value& value) {
        if (!value.is_array()) return true;
        const auto& all = value.get_array();
        for (auto one = all.begin(); one != all.end(); ++one) {
            if (std::find(one + 1, all.end(), *one) != all.end()) return false;
        }
        return true;
    }

    json::object root_;
};

class SchemaTest : public testing::Test {
  protected:
    SchemaTest() : validator_(json::parse(published("dossier.schema.json")).as_object()) {}

    bool schema_takes(const json::value& value) const { return validator_.valid(value); }
    static bool reader_takes(const json::value& value) {
        return !read_json(json::serialize(json::array{value}))->dossiers.empty();
    }

    Validator validator_;
};

TEST_F(SchemaTest, IsWhatTheTableSays) {
    std::string printed;
    tests::print_json(tests::dossier_schema(), printed);
    EXPECT_EQ(published("dossier.schema.json"), printed + "\n")
        << "print it anew: build/dev/tests/dossier_schema > session/dossier/dossier.schema.json";
}

TEST_F(SchemaTest, TakesEveryFormThatIsWritten) {
    RandomForms random(7);
    for (int i = 0; i < 60; ++i) {
        const json::value document = json_of(random.next());
        ASSERT_TRUE(schema_takes(document)) << document;
        ASSERT_TRUE(reader_takes(document)) << document;
    }
}

// Each value, put in the place of each member of a good document, is taken by both or by neither.
TEST_F(SchemaTest, AgreesWithTheReaderOnWhateverStandsInAField) {
    const std::string values = R"([1, 0, 60, 61, -1, 1.5, true, false, null, {}, [], "", " ", "a",
        " a", "a ", "a\nb", "\n a", "\u0085", "a\u0085", "\u001b", "\u00a0", "1984", "1984-06",
        "1984-06-11", "1984-13", "84", "2100", "SDN", "XXA", "XKX", "ZZZ", "sdn", "apc", "ar-SD",
        "prs-Arab", "prs-arab", "ar-SD-Arab", "sl-rozaj", "de-1996", "de-196", "SM", "DS-BD", "XX",
        "application/pdf", "a/b/c", "female", "spouse", "child", "medical", "urgent", "any",
        "123-45C67890", "123 45", "1  2", "-", "none", "000000000000000a", "0000000000000000",
        "000000000000000A", ["SM"], ["SM", "SM"], ["apc"], ["apc", "ar-SD"], ["race", "religion"],
        ["race", 1], [""], ["SDN"], ["SDN", "NLD", "AFG", "SYR", "IRQ"],
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])";
    json::array all = json::parse(values).as_array();
    for (const std::size_t length : {100, 101, 200, 201, 4000, 4001}) {
        all.emplace_back(std::string(length, 'x'));
    }
    const json::object good = json_of(sample_form());
    std::size_t taken = 0;
    std::size_t refused = 0;
    const auto try_out = [&](const json::object& document, const std::string& where,
                             const json::value& value) {
        const bool reader = reader_takes(document);
        EXPECT_EQ(schema_takes(document), reader) << where << " " << value;
        ++(reader ? taken : refused);
    };
    const auto try_all = [&](const std::string& part, const auto& fields, bool in_list) {
        for (const auto& field : fields) {
            for (const json::value& value : all) {
                json::object document = good;
                json::value& place = document[part];
                json::object& object =
                    in_list ? place.as_array().at(0).as_object() : place.as_object();
                object[field.name] = value;
                // What only the reader can know: whether it is somebody of this case, not the same
                // person twice.
                if (field.kind == Kind::Reference && value == "000000000000000a" &&
                    field.name == "other") {
                    continue;
                }
                try_out(document, part + "/" + field.name, value);
            }
        }
    };
    for (const auto& part : parts()) try_all(part.name, part.fields, false);
    each_list([&](const auto& list) { try_all(list.name, list.fields, true); });
    EXPECT_GT(taken, 500);
    EXPECT_GT(refused, 3000);
}

TEST_F(SchemaTest, AgreesOnMembersThatAreMissingOrNobodysKnown) {
    const json::object good = json_of(sample_form());
    for (const auto& [name, part] : good) {
        json::object document = good;
        document.erase(name);
        // The others refer to persons, which a schema does not follow.
        if (name != "persons") {
            EXPECT_EQ(schema_takes(document), reader_takes(document)) << name;
        }
        document = good;
        document["other_" + std::string(name)] = part;
        EXPECT_FALSE(schema_takes(document) || reader_takes(document)) << name;
        if (!part.is_array()) continue;
        for (const auto& [member, value] : part.get_array().at(0).as_object()) {
            document = good;
            document[name].as_array()[0].as_object().erase(member);
            if (name == "persons" && member == "id") continue;
            if (name == "documents" && member == "about") continue;  // it is confidential
            EXPECT_EQ(schema_takes(document), reader_takes(document)) << name << "/" << member;
            document = good;
            document[name].as_array()[0].as_object()["other_" + std::string(member)] = value;
            EXPECT_FALSE(schema_takes(document) || reader_takes(document)) << name << member;
        }
    }
    EXPECT_FALSE(schema_takes(json::array{}) || reader_takes(json::array{}));
}

TEST_F(SchemaTest, ThePageNamesEveryFieldAndColumn) {
    const std::string page = published("FORM.md");
    std::vector<std::string> missing;
    const auto look = [&](const std::string& part, const auto& fields) {
        for (const auto& field : fields) {
            // Of the row's own part: its heading, and no other heading before the row.
            const auto heading = page.find("### `" + part + "`");
            const auto next = page.find("\n#", heading + 1);
            const auto row = page.find("| `" + field.name + "` |", heading);
            if (heading == std::string::npos || row == std::string::npos || row > next) {
                missing.push_back(part + "/" + field.name);
                continue;
            }
            for (const auto& code : field.codes) {
                if (page.find("`" + code + "`") == std::string::npos) missing.push_back(code);
            }
        }
    };
    for (const auto& part : parts()) look(part.name, part.fields);
    each_list([&](const auto& list) { look(list.name, list.fields); });
    EXPECT_THAT(missing, IsEmpty());
}

}  // namespace
}  // namespace sightline::dossier
