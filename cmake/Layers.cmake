# sightline_precompile(TARGET headers...): for targets most of whose files need these headers anyway. Every
# file still includes what it uses; the release preset builds without this and would find out.
function(sightline_precompile target)
    get_target_property(type ${target} TYPE)
    if(SIGHTLINE_PCH AND NOT type STREQUAL INTERFACE_LIBRARY)
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()

# sightline_unite(TARGET): compiles the files of a library a few at a time together, because most of what each costs is
# the same headers and the same templates of Asio, Beast and JSON over again. The release preset compiles every file alone and would find
# out what one owes to its neighbours.
function(sightline_unite target)
    if(SIGHTLINE_UNITY)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
        # To the compiler all that one united file includes is a header, in which a lambda of a coroutine ought to have a name.
        target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
    endif()
endfunction()

# sightline_alone(files...): compiles these by themselves, because they use one name for different things, each by its own right.
function(sightline_alone)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# sightline_layer(NAME [deps...]): one library per layer, from every .cpp in the current folder.
# What a layer may use is what it links: a wrong include direction also fails to link.
function(sightline_layer name)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    if(sources)
        add_library(sightline_${name} STATIC ${sources})
        target_include_directories(sightline_${name} PUBLIC ${CMAKE_SOURCE_DIR})
        target_link_libraries(sightline_${name} PUBLIC ${ARGN})
        sightline_unite(sightline_${name})
    else()
        add_library(sightline_${name} INTERFACE)
        target_include_directories(sightline_${name} INTERFACE ${CMAKE_SOURCE_DIR})
        target_link_libraries(sightline_${name} INTERFACE ${ARGN})
    endif()
endfunction()

# sightline_program(NAME [deps...]): all of the folder but main.cpp becomes a library, so that tests
# can link it; main.cpp wires objects and does nothing else.
function(sightline_program name)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
    string(REPLACE "-" "_" library ${name})
    if(sources)
        add_library(${library}_parts STATIC ${sources})
        target_include_directories(${library}_parts PUBLIC ${CMAKE_SOURCE_DIR})
        target_link_libraries(${library}_parts PUBLIC ${ARGN})
        sightline_unite(${library}_parts)
    else()
        add_library(${library}_parts INTERFACE)
        target_include_directories(${library}_parts INTERFACE ${CMAKE_SOURCE_DIR})
        target_link_libraries(${library}_parts INTERFACE ${ARGN})
    endif()
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
        add_executable(${name} main.cpp)
        target_link_libraries(${name} PRIVATE ${library}_parts)
        set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
    endif()
endfunction()
