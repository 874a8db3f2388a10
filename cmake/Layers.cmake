# sightline_precompile(TARGET headers...): for targets most of whose files need these headers anyway. Every
# file still includes what it uses; the release preset builds without this and would find out.
function(sightline_precompile target)
    get_target_property(type ${target} TYPE)
    if(SIGHTLINE_PCH AND NOT type STREQUAL INTERFACE_LIBRARY)
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()

# sightline_alone(files...): in this folder, these are compiled by themselves, because they use one name for different
# things, each by its own right. Before the layer or program that they belong to.
function(sightline_alone)
    list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    set(SIGHTLINE_ALONE ${ARGN} PARENT_SCOPE)
endfunction()

# sightline_unite(LIST [NAME]): replaces most of a library's files by some that include eight of them each, because most of what
# each costs is the same headers and the same templates of Asio, Beast and JSON over again. They include by the path from
# the project's root, so that another checkout's objects fit. The release preset compiles every file alone and would find
# out what one owes to its neighbours.
function(sightline_unite list)
    if(NOT SIGHTLINE_UNITY)
        return()
    endif()
    set(left ${${list}})
    set(compiled "")
    foreach(source ${SIGHTLINE_ALONE})
        if(source IN_LIST left) # and not of the folder above
            list(REMOVE_ITEM left ${source})
            list(APPEND compiled ${source})
        endif()
    endforeach()
    set(number 0)
    while(left)
        list(SUBLIST left 0 8 some)
        list(REMOVE_ITEM left ${some})
        set(includes "")
        foreach(source ${some})
            file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR} ${source})
            string(APPEND includes "#include \"${path}\"\n")
        endforeach()
        set(united ${CMAKE_CURRENT_BINARY_DIR}/${ARGN}united_${number}.cpp)
        file(CONFIGURE OUTPUT ${united} CONTENT "${includes}" @ONLY)
        if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
            # To the compiler all that is included is a header, in which a lambda of a coroutine ought to have a name.
            set_source_files_properties(${united} PROPERTIES COMPILE_OPTIONS -Wno-subobject-linkage)
        endif()
        list(APPEND compiled ${united})
        math(EXPR number "${number} + 1")
    endwhile()
    set(${list} ${compiled} PARENT_SCOPE)
endfunction()

# sightline_layer(NAME [deps...]): one library per layer, from every .cpp in the current folder.
# What a layer may use is what it links: a wrong include direction also fails to link.
function(sightline_layer name)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    if(sources)
        sightline_unite(sources)
        add_library(sightline_${name} STATIC ${sources})
        target_include_directories(sightline_${name} PUBLIC ${CMAKE_SOURCE_DIR})
        target_link_libraries(sightline_${name} PUBLIC ${ARGN})
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
        sightline_unite(sources)
        add_library(${library}_parts STATIC ${sources})
        target_include_directories(${library}_parts PUBLIC ${CMAKE_SOURCE_DIR})
        target_link_libraries(${library}_parts PUBLIC ${ARGN})
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
