# SPDX-License-Identifier: GPL-2.0
# What DKMS runs in its copy of the sources, with KDIR: the module, or where it
# does not build for this kernel, one in its place that says so when it is loaded,
# since a build that fails would fail the upgrade that brought the kernel.
# NUMATRACE_OR_FAIL is set by who wants to know: make dkms-install.
kbuild = $(MAKE) -C $(KDIR) M=$(CURDIR)

modules:
	$(kbuild) modules || { test -z "$(NUMATRACE_OR_FAIL)" && \
		$(kbuild) clean && $(kbuild) NUMATRACE_REFUSE=y modules; }

.PHONY: modules
