// One visitor of several lambdas, for std::visit.
#pragma once

namespace sightline::hub {

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace sightline::hub
