// SPDX-License-Identifier: GPL-2.0
#include "loading.h"

#include "file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Ubuntu's package that has the key; elsewhere DKMS makes one. */
#define UBUNTU_KEY "/var/lib/shim-signed/mok/MOK.der"
#define DKMS_KEY "/var/lib/dkms/mok.pub"

#define NOT_LOADED "the module is not loaded"
/* How to have the boot loader, and through it the kernel, know a key. */
#define SIGNED "modprobe numatrace; if its key is rejected, mokutil --import "

static const char not_loaded[] = NOT_LOADED " (modprobe numatrace)";
static const char not_installed[] = NOT_LOADED
	", nor installed for this kernel (make dkms-install, then modprobe numatrace)";
static const char not_known[] = NOT_LOADED " (" SIGNED DKMS_KEY " and reboot)";
static const char not_known_ubuntu[] =
	NOT_LOADED " (" SIGNED UBUNTU_KEY " and reboot)";

static char *read_below(const char *root, const char *name)
{
	char *path, *text;

	if (asprintf(&path, "%s%s", root, name) < 0)
		return NULL;
	text = file_read(path);
	free(path);
	return text;
}

static bool contains(const char *root, const char *name, const char *word)
{
	char *text = read_below(root, name);
	bool found = text && strstr(text, word);

	free(text);
	return found;
}

static bool exists(const char *root, const char *name)
{
	char *path;
	bool found;

	if (asprintf(&path, "%s%s", root, name) < 0)
		return false;
	found = !access(path, F_OK);
	free(path);
	return found;
}

/* Where there is no list of modules, as in a container, nobody knows. */
static bool is_missing(const char *root, const char *release)
{
	char *name, *modules;
	bool missing;

	if (asprintf(&name, "/lib/modules/%s/modules.dep", release) < 0)
		return false;
	modules = read_below(root, name);
	missing = modules && !strstr(modules, "/numatrace.ko");
	free(modules);
	free(name);
	return missing;
}

/* By the module loader itself; or by lockdown, which Secure Boot brings. */
static bool enforces_signatures(const char *root)
{
	return contains(root, "/sys/module/module/parameters/sig_enforce",
			"Y") ||
	       contains(root, "/sys/kernel/security/lockdown", "[integrity]") ||
	       contains(root, "/sys/kernel/security/lockdown",
			"[confidentiality]");
}

const char *loading_advice_of(const char *root, const char *release)
{
	if (is_missing(root, release))
		return not_installed;
	if (!enforces_signatures(root))
		return not_loaded;
	return exists(root, UBUNTU_KEY) ? not_known_ubuntu : not_known;
}

const char *loading_advice(void)
{
	struct utsname kernel;

	if (uname(&kernel))
		return not_loaded;
	return loading_advice_of("", kernel.release);
}

const char *loading_sentence(const char *effect)
{
	static char text[512];

	snprintf(text, sizeof(text), "%s: %s.", effect, loading_advice());
	return text;
}
