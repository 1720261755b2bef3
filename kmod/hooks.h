/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hooks: the kernel functions that numatrace watches.
 *
 * A hook is attached with an ftrace_ops of its own where the kernel hands the
 * function's arguments to ftrace callbacks, else with a kprobe. One that
 * cannot be attached is unavailable and says why; the module works on without
 * it. A hook that is off costs nothing.
 */
#ifndef NUMATRACE_HOOKS_H
#define NUMATRACE_HOOKS_H

#include "counters.h"

#include <linux/vm_event_item.h>

#define NT_REASON_MAX 96

/**
 * struct nt_hook_info - what a hook is and how it fares
 * @name: name of the hook
 * @function: kernel function it sits on
 * @known: its prototype is one of those of which the hook knows the arguments
 * @law: the kernel's own total of what the hook sees
 * @in_pages: @law counts pages, not events
 * @state: whether and how it is attached
 * @attached_once: it counted at some time, so its matrix means something
 * @reason: why it is off or unavailable, or what it lacks; else empty
 */
struct nt_hook_info {
	const char *name;
	const char *function;
	bool known;
	enum vm_event_item law;
	bool in_pages;
	enum numatrace_hook_state state;
	bool attached_once;
	char reason[NT_REASON_MAX];
};

/* A hook that fills the first matrices of the interface has its number. */
enum nt_hook {
	NT_HOOK_ACCESS = NUMATRACE_MATRIX_KIND_ACCESS,
	NT_HOOK_MIGRATION = NUMATRACE_MATRIX_KIND_MIGRATION,
	NT_HOOK_OUTCOME,
	NT_NR_HOOKS
};

/* Attaches every hook that can be; the others are unavailable. */
void nt_hooks_init(void);
void nt_hooks_exit(void);

/*
 * Switches a hook. Returns -ENOENT for an unknown name and -EOPNOTSUPP if it
 * could not be attached, in which case its reason says why. May sleep for as
 * long as ftrace needs to be sure that nobody runs the handler any more.
 */
int nt_hook_switch(const char *name, bool on);

/* Whether it counted at some time, and whether it does now. Take no lock. */
bool nt_hook_counted(enum nt_hook number);
bool nt_hook_attached(enum nt_hook number);

/* Copies the state of one hook. */
void nt_hook_read(enum nt_hook number, struct nt_hook_info *info);

#endif
