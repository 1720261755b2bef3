// SPDX-License-Identifier: GPL-2.0
#include "hooks.h"
#include "bounce.h"
#include "cost.h"
#include "reason.h"
#include "sampler.h"
#include "selftest.h"
#include "snapshot.h"
#include "task.h"
#include "trace.h"
#include "compat/compat.h"

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/topology.h>

/* Protects the state of all hooks; nests outside ftrace's and kprobes' locks. */
static DEFINE_MUTEX(hooks_lock);

static struct nt_hook_info hooks[NT_NR_HOOKS] = {
	[NT_HOOK_ACCESS] = {
		.name = "access",
		.function = "mpol_misplaced",
		.known = NT_ACCESS_KNOWN,
		.law = NUMA_HINT_FAULTS,
	},
	[NT_HOOK_MIGRATION] = {
		.name = "migration",
		.function = "folio_migrate_flags",
		.known = NT_MIGRATION_KNOWN,
		.law = PGMIGRATE_SUCCESS,
		.in_pages = true,
	},
	[NT_HOOK_OUTCOME] = {
		.name = "outcome",
		.function = "task_numa_fault",
		.known = NT_OUTCOME_KNOWN,
		.law = NUMA_PAGE_MIGRATE,
		.in_pages = true,
	},
};

/* Somebody accesses memory, or migrates. */
static __always_inline void notice(void)
{
	if (unlikely(atomic_read(&nt_tracked) & NT_WAKE))
		nt_sampler_wake();
}

/*
 * Entry of mpol_misplaced(page or folio, ..., address), in the task that
 * faulted, with the page table lock held: the page still lies where the access
 * found it, and the task stays on the node.
 *
 * Most accesses find their rows. What they do not need is out of line and comes
 * last, so that they save no registers.
 */
static notrace noinline void count_new(struct folio *folio)
{
	struct nt_task_rows rows;

	notice();
	preempt_disable_notrace();
	rows = nt_task_make_rows();
	nt_task_access(&rows, numa_node_id(), folio_nid(folio),
		       folio_nr_pages(folio));
	preempt_enable_notrace();
}

static __always_inline void count_access(struct folio *folio)
{
	unsigned int tracked = atomic_read(&nt_tracked);
	struct nt_task_rows rows;

	preempt_disable_notrace();
	rows = nt_task_find_rows(tracked);
	if (unlikely(nt_task_missing(&rows) & tracked)) {
		preempt_enable_notrace();
		count_new(folio);
		return;
	}
	nt_task_access(&rows, numa_node_id(), folio_nid(folio),
		       folio_nr_pages(folio));
	preempt_enable_notrace();
}

/* The time last: what the module itself does is not part of it. */
static notrace noinline void count_and_time(struct folio *folio)
{
	count_access(folio);
	nt_cost_begin_fault(numa_node_id(), folio_nid(folio));
}

static __always_inline void see_access(struct folio *folio)
{
	if (nt_cost_faults_measured())
		count_and_time(folio);
	else
		count_access(folio);
}

static notrace noinline void trace_and_count(struct folio *folio,
					     unsigned long context,
					     unsigned long address)
{
	trace_access(numa_node_id(), folio_nid(folio), folio_nr_pages(folio),
		     address, nt_access_writes(context));
	see_access(folio);
}

static void notrace trace_migration(int from, int to, unsigned long pages,
				    enum numatrace_migrate_reason reason)
{
	trace_migrate(from, to, pages,
		      reason == NUMATRACE_MIGRATE_REASON_UNKNOWN
			      ? -1
			      : reason ==
					NUMATRACE_MIGRATE_REASON_NUMA_MISPLACED,
		      reason);
}

/* What current migrates for, and notes where to. */
static __always_inline enum numatrace_migrate_reason note_migration(int from,
								    int to)
{
	struct nt_slot *slot = nt_slot_find();
	struct nt_span *span = slot ? nt_slot_migration(slot) : NULL;

	if (!span)
		return NUMATRACE_MIGRATE_REASON_UNKNOWN;
	span->row = from;
	span->column = to;
	return span->reason;
}

/* Entry of folio_migrate_flags(to, from), once for each folio that moved. */
static notrace void count_migration(unsigned long to, unsigned long from)
{
	struct folio *from_folio = (struct folio *)from;
	struct folio *to_folio = (struct folio *)to;
	unsigned long pages = folio_nr_pages(from_folio);
	int from_node = folio_nid(from_folio), to_node = folio_nid(to_folio);
	enum numatrace_migrate_reason reason;

	reason = note_migration(from_node, to_node);
	nt_count_cell(nt_shared_cell(NT_MATRIX_REASON + reason, from_node,
				     to_node),
		      pages);
	nt_bounce(from_folio, to_folio, pages);
	notice();
	if (trace_migrate_enabled())
		trace_migration(from_node, to_node, pages, reason);
}

/*
 * Entry of task_numa_fault(last_cpupid, node, pages, flags), in the task that
 * faulted, after balancing has moved the folio, has failed to, or let it be.
 */
static __always_inline void count_outcome(unsigned long pages,
					  unsigned long flags)
{
	if (flags & (TNF_MIGRATED | TNF_MIGRATE_FAIL))
		nt_task_outcome(flags & TNF_MIGRATED ? (int)pages : 0,
				flags & TNF_MIGRATE_FAIL ? (int)pages : 0);
}

static notrace noinline void time_and_count(unsigned long pages,
					    unsigned long flags)
{
	nt_cost_end_fault();
	count_outcome(pages, flags);
}

static __always_inline void see_outcome(unsigned long pages,
					unsigned long flags)
{
	if (!nt_cost_faults_measured())
		count_outcome(pages, flags);
	else if (flags & (TNF_MIGRATED | TNF_MIGRATE_FAIL))
		time_and_count(pages, flags);
	else
		nt_cost_end_fault();
}

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
static void notrace access_ftrace(unsigned long ip, unsigned long parent_ip,
				  struct ftrace_ops *ops,
				  struct ftrace_regs *fregs)
{
	if (trace_access_enabled())
		trace_and_count(nt_access_folio(nt_ftrace_argument(fregs, 0)),
				nt_ftrace_argument(fregs, 1),
				nt_ftrace_argument(fregs, 2));
	else
		see_access(nt_access_folio(nt_ftrace_argument(fregs, 0)));
}

static void notrace migration_ftrace(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *ops,
				     struct ftrace_regs *fregs)
{
	count_migration(nt_ftrace_argument(fregs, 0),
			nt_ftrace_argument(fregs, 1));
}

static void notrace outcome_ftrace(unsigned long ip, unsigned long parent_ip,
				   struct ftrace_ops *ops,
				   struct ftrace_regs *fregs)
{
	see_outcome(nt_ftrace_argument(fregs, 2), nt_ftrace_argument(fregs, 3));
}

/*
 * PERMANENT: while a hook is attached, the kernel refuses to set
 * kernel.ftrace_enabled to 0, which would silence it.
 */
static struct ftrace_ops ftrace_ops[NT_NR_HOOKS] = {
	[NT_HOOK_ACCESS] = {
		.func = access_ftrace,
		.flags = FTRACE_OPS_FL_PERMANENT,
	},
	[NT_HOOK_MIGRATION] = {
		.func = migration_ftrace,
		.flags = FTRACE_OPS_FL_PERMANENT,
	},
	[NT_HOOK_OUTCOME] = {
		.func = outcome_ftrace,
		.flags = FTRACE_OPS_FL_PERMANENT,
	},
};

static int attach_ftrace(int i)
{
	const char *function = hooks[i].function;
	int ret;

	ret = NT_MAY_FAIL(ftrace_set_filter(&ftrace_ops[i],
					    (unsigned char *)function,
					    strlen(function), 1),
			  -ENOMEM);
	if (ret)
		return ret;
	return NT_MAY_FAIL(register_ftrace_function(&ftrace_ops[i]), -ENOMEM);
}

static void detach_ftrace(int i)
{
	unregister_ftrace_function(&ftrace_ops[i]);
}

/* Only at the very end: this leaves the ops with pointers to freed memory. */
static void free_ftrace(int i)
{
	ftrace_free_filter(&ftrace_ops[i]);
}
#else
static int attach_ftrace(int i)
{
	return -EOPNOTSUPP;
}

static void detach_ftrace(int i)
{
}

static void free_ftrace(int i)
{
}
#endif

#ifdef CONFIG_KPROBES
static int notrace access_kprobe(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned long page = regs_get_kernel_argument(regs, 0);

	if (trace_access_enabled())
		trace_and_count(nt_access_folio(page),
				regs_get_kernel_argument(regs, 1),
				regs_get_kernel_argument(regs, 2));
	else
		see_access(nt_access_folio(page));
	return 0;
}

static int notrace migration_kprobe(struct kprobe *probe, struct pt_regs *regs)
{
	count_migration(regs_get_kernel_argument(regs, 0),
			regs_get_kernel_argument(regs, 1));
	return 0;
}

static int notrace outcome_kprobe(struct kprobe *probe, struct pt_regs *regs)
{
	see_outcome(regs_get_kernel_argument(regs, 2),
		    regs_get_kernel_argument(regs, 3));
	return 0;
}

static struct kprobe kprobes[NT_NR_HOOKS] = {
	[NT_HOOK_ACCESS] = {
		.pre_handler = access_kprobe,
	},
	[NT_HOOK_MIGRATION] = {
		.pre_handler = migration_kprobe,
	},
	[NT_HOOK_OUTCOME] = {
		.pre_handler = outcome_kprobe,
	},
};

static int attach_kprobe(int i)
{
	kprobes[i].symbol_name = hooks[i].function;
	/* A probe that was registered before carries its address and flags. */
	kprobes[i].addr = NULL;
	kprobes[i].flags = 0;
	return NT_MAY_FAIL(register_kprobe(&kprobes[i]), -ENOMEM);
}

static void detach_kprobe(int i)
{
	unregister_kprobe(&kprobes[i]);
}
#else
static int attach_kprobe(int i)
{
	return -EOPNOTSUPP;
}

static void detach_kprobe(int i)
{
}
#endif

/* What the hook lacks that is attached all the same. */
static const char *lack(int error)
{
	if (!error)
		return "";
	if (error == -EPROTOTYPE)
		return "why pages migrate is unknown: this kernel has changed mm_migrate_pages";
	return "why pages migrate is unknown: listening failed; switch it off and on";
}

static void set_reason(struct nt_hook_info *hook, int error)
{
	switch (error) {
	case -EBUSY:
		strscpy(hook->reason,
			"kernel.ftrace_enabled is 0; set it to 1 and switch the hook on",
			NT_REASON_MAX);
		break;
	case -EINVAL:
	case -ENOENT:
		strscpy(hook->reason,
			"this kernel does not have the function or cannot trace it",
			NT_REASON_MAX);
		break;
	case -EPROTOTYPE:
		strscpy(hook->reason,
			"this kernel has changed the function's arguments; a newer numatrace may know them",
			NT_REASON_MAX);
		break;
	case -EOPNOTSUPP:
		strscpy(hook->reason,
			"this kernel has neither ftrace with arguments nor kprobes",
			NT_REASON_MAX);
		break;
	default:
		scnprintf(hook->reason, NT_REASON_MAX,
			  "attaching failed, error %d", -error);
	}
}

static int attach(int i)
{
	enum numatrace_hook_state state = NUMATRACE_HOOK_STATE_FTRACE;
	struct nt_hook_info *hook = &hooks[i];
	int deaf = 0, ret;

	lockdep_assert_held(&hooks_lock);
	/* ORDER: before the hook asks for a reason. */
	if (i == NT_HOOK_MIGRATION)
		deaf = nt_reason_start();
	if (!hook->known)
		ret = -EPROTOTYPE;
	else
		ret = nt_force_kprobe() ? -EOPNOTSUPP : attach_ftrace(i);
	/* A kprobe at a function's entry would be as silent as ftrace is. */
	if (ret && ret != -EBUSY && ret != -EPROTOTYPE) {
		ret = attach_kprobe(i);
		state = NUMATRACE_HOOK_STATE_KPROBE;
	}
	if (ret) {
		if (i == NT_HOOK_MIGRATION)
			nt_reason_stop();
		WRITE_ONCE(hook->state, NUMATRACE_HOOK_STATE_UNAVAILABLE);
		set_reason(hook, ret);
		pr_warn("hook %s on %s is unavailable: %s\n", hook->name,
			hook->function, hook->reason);
		return -EOPNOTSUPP;
	}
	WRITE_ONCE(hook->state, state);
	WRITE_ONCE(hook->attached_once, true);
	strscpy(hook->reason, lack(deaf), NT_REASON_MAX);
	return 0;
}

static void detach(int i)
{
	struct nt_hook_info *hook = &hooks[i];

	lockdep_assert_held(&hooks_lock);
	if (hook->state == NUMATRACE_HOOK_STATE_FTRACE)
		detach_ftrace(i);
	else if (hook->state == NUMATRACE_HOOK_STATE_KPROBE)
		detach_kprobe(i);
	if (i == NT_HOOK_MIGRATION)
		nt_reason_stop();
	WRITE_ONCE(hook->state, NUMATRACE_HOOK_STATE_OFF);
	strscpy(hook->reason, "switched off by request", NT_REASON_MAX);
}

static int find_hook(const char *name)
{
	int i;

	for (i = 0; i < NT_NR_HOOKS; i++)
		if (!strcmp(hooks[i].name, name))
			return i;
	return -ENOENT;
}

int nt_hook_switch(const char *name, bool on)
{
	int i = find_hook(name);
	bool was;
	int ret = 0;

	if (i < 0)
		return i;
	mutex_lock(&hooks_lock);
	was = nt_hook_attached(i);
	if (on && !was)
		ret = attach(i);
	else if (!on)
		detach(i);
	mutex_unlock(&hooks_lock);
	if (was == (on && !ret))
		return ret;
	nt_cost_hooks_changed();
	nt_snapshot_new_generation();
	return ret;
}

bool nt_hook_counted(enum nt_hook number)
{
	return READ_ONCE(hooks[number].attached_once);
}

bool nt_hook_attached(enum nt_hook number)
{
	enum numatrace_hook_state state = READ_ONCE(hooks[number].state);

	return state == NUMATRACE_HOOK_STATE_FTRACE ||
	       state == NUMATRACE_HOOK_STATE_KPROBE;
}

void nt_hook_read(enum nt_hook number, struct nt_hook_info *info)
{
	mutex_lock(&hooks_lock);
	*info = hooks[number];
	mutex_unlock(&hooks_lock);
}

void nt_hooks_init(void)
{
	int i;

	mutex_lock(&hooks_lock);
	for (i = 0; i < NT_NR_HOOKS; i++)
		attach(i);
	mutex_unlock(&hooks_lock);
}

void nt_hooks_exit(void)
{
	int i;

	mutex_lock(&hooks_lock);
	for (i = 0; i < NT_NR_HOOKS; i++) {
		detach(i);
		free_ftrace(i);
	}
	mutex_unlock(&hooks_lock);
}
