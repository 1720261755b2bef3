// SPDX-License-Identifier: GPL-2.0
/*
 * What DKMS builds for a kernel that the module does not build for: the upgrade
 * of the system that brings such a kernel has to succeed, and whoever loads the
 * module there shall learn why it is not the module.
 */
#include <linux/errno.h>
#include <linux/module.h>

static int __init refuse_init(void)
{
	pr_err("version %s does not build for this kernel: its make.log below /var/lib/dkms says why, and a newer version may\n",
	       NUMATRACE_VERSION);
	return -EOPNOTSUPP;
}
module_init(refuse_init);

MODULE_AUTHOR("The numatrace authors");
MODULE_DESCRIPTION("Says that numatrace does not build for this kernel");
MODULE_LICENSE("GPL");
MODULE_VERSION(NUMATRACE_VERSION);
MODULE_INFO(refuses, "this kernel");
