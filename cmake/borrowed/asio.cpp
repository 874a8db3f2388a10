// Asio and Beast, compiled once: without this every file that includes them compiles their whole
// implementation again, which doubles the time a build takes.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
