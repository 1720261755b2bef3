# SPDX-License-Identifier: GPL-2.0
#
#   make demo     show the main job in a guest
#   make check    pass the tests
#   make bench    measure what the hooks cost, in guests; takes minutes
#   make fuzz     feed the parsers with what nobody writes, a minute each, or
#                 FUZZ_SECONDS
#   make lint     check style and static rules; silent
#   make module   build the module for this machine's kernel, or for a cached
#                 one with KERNEL=6.1 or KERNEL=6.12, into build/<release>/;
#                 STRICT=1 fails on a hook or counter that this kernel lacks
#   make tools    build the command into build/tools/
#   make install  install the command (DESTDIR and prefix are respected)
#   make install-names   the same, and links to it that take the place of
#                 numactl: only where its package, which owns the name, is not
#                 installed, or where prefix comes first in PATH
#   make uninstall   take away what these two installed; same DESTDIR, prefix
#   make dkms-install   install the module through DKMS, loaded at boot, in place
#                 of any older version: for all kernels that have headers here,
#                 or for those of KERNEL="RELEASE..." in chroots and images
#   make dkms-remove   take it away, all versions for all kernels
#   make uapi     generate uapi/linux/numatrace.h from uapi/numatrace.yaml

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
CACHE := $(shell tests/setup --print-cache)
LINUX := $(CACHE)/linux-source

prefix ?= /usr/local
sourcetree ?= /usr/src
sysconfdir ?= /etc

ifdef KERNEL
KDIR := $(CACHE)/kernels/$(KERNEL)/build
else
KDIR ?= /lib/modules/$(shell uname -r)/build
endif
RELEASE = $(shell sed -n 's/.*"\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)

# The module's sources are linked into a build folder for each kernel: kbuild
# leaves its objects beside them. SELFTEST=y builds in fault injection; STRICT=1
# is for those who change the module: it fails on what else is only missing.
SELFTEST ?=
STRICT ?=
MODULE_DIR = build/$(RELEASE)$(if $(SELFTEST),-selftest)
MODULE_SOURCES := Kbuild kmod uapi dkms.conf

all: module tools

module:
	@test -e $(KDIR)/include/generated/utsrelease.h || { \
		echo "numatrace: no kernel headers at $(KDIR);" \
			"install those of the kernel, or run tests/setup" >&2; \
		exit 1; }
	@mkdir -p $(MODULE_DIR)
	@cp -rsf $(abspath $(MODULE_SOURCES)) $(MODULE_DIR)/
	@$(MAKE) --no-print-directory -C $(KDIR) M=$(abspath $(MODULE_DIR)) \
		$(if $(SELFTEST),NUMATRACE_SELFTEST=y) \
		$(if $(STRICT),NUMATRACE_STRICT=y W=1) modules

tools:
	@$(MAKE) --no-print-directory -C tools O=$(abspath build/tools)

install: tools
	@$(MAKE) --no-print-directory -C tools O=$(abspath build/tools) \
		DESTDIR=$(DESTDIR) prefix=$(prefix) install

install-names: install
	@$(MAKE) --no-print-directory -C tools O=$(abspath build/tools) \
		DESTDIR=$(DESTDIR) prefix=$(prefix) install-names

uninstall:
	@$(MAKE) --no-print-directory -C tools O=$(abspath build/tools) \
		DESTDIR=$(DESTDIR) prefix=$(prefix) uninstall

# What DKMS compiles, and nothing else, goes to its source tree.
dkms-source:
	install -d $(DESTDIR)$(sourcetree)/numatrace-$(VERSION)
	cp -r $(MODULE_SOURCES) $(DESTDIR)$(sourcetree)/numatrace-$(VERSION)/

dkms-install:
	@KERNEL='$(KERNEL)' sourcetree='$(sourcetree)' sysconfdir='$(sysconfdir)' \
		tools/dkms.sh install $(MODULE_SOURCES)

dkms-remove:
	@sourcetree='$(sourcetree)' sysconfdir='$(sysconfdir)' \
		tools/dkms.sh remove

uapi: setup
	tests/uapi-header $(LINUX) > build/numatrace.h
	mv build/numatrace.h uapi/linux/numatrace.h

setup:
	@tests/setup
	@mkdir -p build

demo: setup
	@tests/demo

check: setup
	@tests/check

bench: setup
	@tests/bench/run

fuzz: setup
	@tests/fuzz/run

lint: setup
	@tests/lint

clean:
	rm -rf build

.PHONY: all module tools install install-names uninstall dkms-source \
	dkms-install dkms-remove uapi setup demo check bench fuzz lint clean
