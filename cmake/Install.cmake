# What `cmake --install` puts where. The units in deploy/systemd and the programs' own defaults name these places
# under /usr, so that is the prefix unless another is given. Components: programs, texts, pages, units.
include(GNUInstallDirs)

foreach(program sightline-hub sightline-kiosk sightline-engine sightline sightline-supervisor)
    if(TARGET ${program})
        install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
    endif()
endforeach()
install(DIRECTORY session/languages/ DESTINATION ${CMAKE_INSTALL_DATADIR}/sightline/languages COMPONENT texts)
install(DIRECTORY appliance/web/dist/ DESTINATION ${CMAKE_INSTALL_DATADIR}/sightline/pages COMPONENT pages OPTIONAL)
file(GLOB units CONFIGURE_DEPENDS deploy/systemd/*.service)
install(FILES ${units} DESTINATION lib/systemd/system COMPONENT units)
install(FILES deploy/systemd/sightline.sysusers DESTINATION lib/sysusers.d RENAME sightline.conf COMPONENT units)
# What the touch screen's browser may do; the unit puts it where Chromium looks for its policies.
install(FILES deploy/systemd/chromium-policy.json DESTINATION ${CMAKE_INSTALL_DATADIR}/sightline/chromium RENAME sightline.json
        COMPONENT units)
install(FILES deploy/systemd/touch-screen.nft DESTINATION ${CMAKE_INSTALL_DATADIR}/sightline COMPONENT units)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT units)
