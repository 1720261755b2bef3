// SPDX-License-Identifier: GPL-2.0
#include "balancing.h"
#include "selftest.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>

/*
 * Neither sched_numa_balancing nor sysctl_numa_balancing_mode is exported, so
 * the module reads what it shows about balancing where everybody does. The
 * file is readable by all; in a mount namespace without /proc it is absent.
 */
int nt_balancing_mode(void)
{
	char text[16];
	struct file *file;
	loff_t pos = 0;
	ssize_t len;
	int mode, ret;

	file = NT_MAY_FAIL(filp_open("/proc/sys/kernel/numa_balancing",
				     O_RDONLY, 0),
			   ERR_PTR(-ENOMEM));
	if (IS_ERR(file))
		return PTR_ERR(file);
	len = kernel_read(file, text, sizeof(text) - 1, &pos);
	filp_close(file, NULL);
	if (len < 0)
		return len;
	text[len] = '\0';
	ret = kstrtoint(text, 10, &mode);
	if (ret)
		return ret;
	return mode < 0 ? -ERANGE : mode;
}
