// SPDX-License-Identifier: GPL-2.0
#include "daemon_privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int kept[] = { CAP_SYS_NICE, CAP_SYS_PTRACE, CAP_DAC_OVERRIDE };

#define WORDS _LINUX_CAPABILITY_U32S_3

static void limit(struct __user_cap_data_struct *data)
{
	struct __user_cap_data_struct allowed[WORDS] = { 0 };

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		allowed[CAP_TO_INDEX(kept[i])].permitted |=
			CAP_TO_MASK(kept[i]);
	for (int i = 0; i < WORDS; i++) {
		data[i].permitted &= allowed[i].permitted;
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
}

int daemon_drop_privileges(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[WORDS];

	/* With this, what root executes has no more than root has left. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	if (syscall(SYS_capget, &header, data))
		return -errno;
	limit(data);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}
