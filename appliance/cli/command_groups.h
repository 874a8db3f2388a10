// The command line's commands, group by group: what each is called, which options it has, and what
// it runs. One thread.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "appliance/cli/commands.h"

namespace sightline::cli {

class CommandTree {
  public:
    explicit CommandTree(CLI::App& root) : app(root) {}

    // A command that does something. What `run` refers to must live as long as the tree: see keep.
    CLI::App* add(CLI::App& parent, const char* name, const char* what, std::function<int()> run);
    // One that only has others below it.
    CLI::App* group(const char* name, const char* what);
    void with_json(CLI::App* command);
    // A place for options that lives as long as this.
    template <class T>
    T& keep() {
        auto value = std::make_shared<T>();
        kept_.push_back(value);
        return *value;
    }

    // The exit code of the command that was named.
    int run_chosen() const;

    CLI::App& app;
    Places places;
    Format format = Format::Text;

  private:
    struct Leaf {
        CLI::App* command;
        std::function<int()> run;
    };
    std::vector<Leaf> leaves_;
    std::vector<std::shared_ptr<void>> kept_;
};

void add_staff_commands(CommandTree& tree);
void add_session_commands(CommandTree& tree);
void add_people_commands(CommandTree& tree);
void add_consent_commands(CommandTree& tree);
void add_store_commands(CommandTree& tree);
void add_delegation_commands(CommandTree& tree);
void add_dossier_commands(CommandTree& tree);

}  // namespace sightline::cli
