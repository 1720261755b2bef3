// SPDX-License-Identifier: GPL-2.0
/*
 * What is said where the module is not there, on systems of all sorts.
 */
#include "loading.h"

#include "_files.h"

#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#define RELEASE "6.1.0-9-amd64"
#define DEPENDENCIES "/lib/modules/" RELEASE "/modules.dep"
#define LOCKDOWN "/sys/kernel/security/lockdown"
#define ENFORCE "/sys/module/module/parameters/sig_enforce"

FIXTURE(loading)
{
	char root[32];
};

FIXTURE_SETUP(loading)
{
	snprintf(self->root, sizeof(self->root), "/tmp/numatrace-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
	write_file(self->root, DEPENDENCIES,
		   "kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko\n"
		   "updates/dkms/numatrace.ko.xz:\n");
}

FIXTURE_TEARDOWN(loading)
{
	EXPECT_EQ(0, remove_files(self->root));
}

static bool says(const char *root, const char *words)
{
	return strstr(loading_advice_of(root, RELEASE), words);
}

/* What to do comes first, and always. */
#define EXPECT_SAYS(words)                                                     \
	do {                                                                   \
		EXPECT_TRUE(says(self->root, "the module is not loaded"));     \
		EXPECT_TRUE(says(self->root, "modprobe numatrace"));           \
		EXPECT_TRUE(says(self->root, words));                          \
	} while (0)

TEST_F(loading, not_loaded)
{
	EXPECT_STREQ("the module is not loaded (modprobe numatrace)",
		     loading_advice_of(self->root, RELEASE));
	/* There, but not in force. */
	write_file(self->root, ENFORCE, "N\n");
	write_file(self->root, LOCKDOWN, "[none] integrity confidentiality\n");
	EXPECT_FALSE(says(self->root, "mokutil"));
}

TEST_F(loading, not_installed)
{
	write_file(self->root, DEPENDENCIES,
		   "kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko\n");
	write_file(self->root, ENFORCE, "Y\n");
	EXPECT_SAYS("make dkms-install");
	EXPECT_FALSE(says(self->root, "mokutil"));
}

/* A container, or a kernel without modules. */
TEST_F(loading, no_list_of_modules)
{
	EXPECT_NE(NULL, strstr(loading_advice_of(self->root, "none"),
			       "not loaded (modprobe numatrace)"));
}

TEST_F(loading, signatures_enforced)
{
	write_file(self->root, ENFORCE, "Y\n");
	EXPECT_SAYS("mokutil --import /var/lib/dkms/mok.pub");
}

TEST_F(loading, locked_down)
{
	write_file(self->root, LOCKDOWN, "none [integrity] confidentiality\n");
	EXPECT_SAYS("mokutil --import /var/lib/dkms/mok.pub");
	write_file(self->root, LOCKDOWN, "none integrity [confidentiality]\n");
	EXPECT_SAYS("mokutil --import /var/lib/dkms/mok.pub");
}

TEST_F(loading, key_of_ubuntu)
{
	write_file(self->root, ENFORCE, "Y\n");
	write_file(self->root, "/var/lib/shim-signed/mok/MOK.der", "key");
	EXPECT_SAYS("mokutil --import /var/lib/shim-signed/mok/MOK.der");
}

TEST(sentence)
{
	const char *sentence = loading_sentence("Nothing is known");

	EXPECT_EQ(sentence,
		  strstr(sentence, "Nothing is known: the module is not "));
	EXPECT_EQ('.', sentence[strlen(sentence) - 1]);
}

TEST_HARNESS_MAIN
