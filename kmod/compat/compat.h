/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that numatrace is built for. Version checks
 * stand here and nowhere else; a feature that the headers let us see is probed
 * instead.
 */
#ifndef NUMATRACE_COMPAT_H
#define NUMATRACE_COMPAT_H

#include <linux/build_bug.h>
#include <linux/ftrace.h>
#include <linux/mempolicy.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/numa_balancing.h>
#include <linux/version.h>
#include <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "numatrace needs Linux 6.1 or newer"
#endif
#ifndef CONFIG_64BIT
#error "numatrace needs a 64-bit kernel (CONFIG_64BIT): its counters are 64 bits wide"
#endif
#ifndef CONFIG_NUMA_BALANCING
#error "numatrace needs a kernel with CONFIG_NUMA_BALANCING: it measures hinting faults"
#endif
#ifndef CONFIG_MIGRATION
#error "numatrace needs a kernel with CONFIG_MIGRATION: it measures page migration"
#endif
#ifndef CONFIG_VM_EVENT_COUNTERS
#error "numatrace needs a kernel with CONFIG_VM_EVENT_COUNTERS: it sums them per node"
#endif
#ifndef CONFIG_CGROUPS
#error "numatrace needs a kernel with CONFIG_CGROUPS: it attributes accesses to cgroups"
#endif
#ifndef CONFIG_EVENT_TRACING
#error "numatrace needs a kernel with CONFIG_EVENT_TRACING: it has trace events of its own"
#endif
#ifndef CONFIG_NET
#error "numatrace needs a kernel with CONFIG_NET: it is read through generic netlink"
#endif

/*
 * The hooks read the arguments of these functions, and are not attached to what
 * has a prototype that is not known: that a kernel changes one must not break
 * its build. STRICT=1 has it fail, for who can mend it.
 */
#ifdef NUMATRACE_STRICT
#define NT_KNOWN(known)                                                        \
	(!!sizeof(struct {                                                     \
		int size;                                                      \
		static_assert(known, "numatrace does not know the arguments"); \
	}))
#else
#define NT_KNOWN(known) (known)
#endif

/* What mpol_misplaced() takes: before 6.7, then, and since 6.10. */
struct vm_fault;
enum {
	NT_ACCESS_OF_PAGE =
		__same_type(&mpol_misplaced,
			    (int (*)(struct page *, struct vm_area_struct *,
				     unsigned long))NULL),
	NT_ACCESS_OF_FOLIO =
		__same_type(&mpol_misplaced,
			    (int (*)(struct folio *, struct vm_area_struct *,
				     unsigned long))NULL),
	NT_ACCESS_OF_FAULT =
		__same_type(&mpol_misplaced,
			    (int (*)(struct folio *, struct vm_fault *,
				     unsigned long))NULL),
};

#define NT_ACCESS_KNOWN                                                        \
	NT_KNOWN(NT_ACCESS_OF_PAGE || NT_ACCESS_OF_FOLIO || NT_ACCESS_OF_FAULT)
#define NT_MIGRATION_KNOWN                                                     \
	NT_KNOWN(__same_type(&folio_migrate_flags,                             \
			     (void (*)(struct folio *, struct folio *))NULL))
#define NT_OUTCOME_KNOWN                                                       \
	NT_KNOWN(__same_type(&task_numa_fault,                                 \
			     (void (*)(int, int, int, int))NULL))

/* 6.2 gave ftrace_regs an accessor; before, x86 alone passed arguments. */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define nt_ftrace_argument(fregs, n) ftrace_regs_get_argument(fregs, n)
#else
#define nt_ftrace_argument(fregs, n) regs_get_kernel_argument(&(fregs)->regs, n)
#endif
#endif

/* Argument 0 of mpol_misplaced(). */
static __always_inline struct folio *nt_access_folio(unsigned long argument)
{
	if (NT_ACCESS_OF_PAGE)
		return page_folio((struct page *)argument);
	return (struct folio *)argument;
}

/* Its argument 1, where it is one that tells whether the access writes; or -1. */
static __always_inline int nt_access_writes(unsigned long argument)
{
	if (NT_ACCESS_OF_FAULT)
		return !!(((struct vm_fault *)argument)->flags &
			  FAULT_FLAG_WRITE);
	return -1;
}

/* 6.2 can format what an answer says. */
static inline void nt_refuse_range(struct netlink_ext_ack *extack,
				   const struct nlattr *attr, u64 min, u64 max)
{
	NL_SET_BAD_ATTR(extack, attr);
#ifdef NL_SET_ERR_MSG_FMT_MOD
	NL_SET_ERR_MSG_FMT_MOD(extack,
			       "out of range; nothing was set (%llu to %llu)",
			       min, max);
#else
	NL_SET_ERR_MSG_MOD(extack, "out of range; nothing was set");
#endif
}

/* 6.6 put a struct genl_info into the state of a dump. */
static inline struct nlattr **nt_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif
