// Compiled only for the precompiled headers that the tests share: tests/CMakeLists.txt.
