# SPDX-License-Identifier: GPL-2.0
# Included where the parts of the command are compiled, with PROFILES= the folder
# of the profiles and O_PARTS= where the objects go: makes C strings of them.

profiles := $(sort $(wildcard $(PROFILES)/*.conf))

$(O_PARTS)/built_in_profiles.h: $(profiles) | $(O_PARTS)
	for file in $^; do \
		printf '{ "%s",\n' "$$(basename "$$file" .conf)"; \
		sed -e 's/["\\]/\\&/g' -e 's/.*/"&\\n"/' "$$file"; \
		echo '},'; \
	done >$@

$(O_PARTS)/settings_profiles.o: $(O_PARTS)/built_in_profiles.h
$(O_PARTS)/settings_profiles.o: override CPPFLAGS += -I$(O_PARTS)
