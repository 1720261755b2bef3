/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's trace events. While they are off, a hook passes a nop.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM numatrace

#if !defined(NUMATRACE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define NUMATRACE_TRACE_H

#include <linux/sched.h>
#include <linux/tracepoint.h>

/* clang-format off */

/*
 * One access, before anything that it causes. Fields: pid and tgid of the task
 * that accessed, in the initial PID namespace; node of its CPU; node of the
 * memory; size of the folio in pages; address within it that was accessed, as
 * the fault reported it; whether the nodes are the same; whether it writes, or
 * -1 where this kernel does not tell.
 */
TRACE_EVENT(access,

	TP_PROTO(int cpu_node, int memory_node, unsigned long pages,
		 unsigned long address, int write),

	TP_ARGS(cpu_node, memory_node, pages, address, write),

	TP_STRUCT__entry(
		__field(pid_t, pid)
		__field(pid_t, tgid)
		__field(int, cpu_node)
		__field(int, memory_node)
		__field(unsigned long, pages)
		__field(unsigned long, address)
		__field(int, local)
		__field(int, write)
	),

	TP_fast_assign(
		__entry->pid = current->pid;
		__entry->tgid = current->tgid;
		__entry->cpu_node = cpu_node;
		__entry->memory_node = memory_node;
		__entry->pages = pages;
		__entry->address = address;
		__entry->local = cpu_node == memory_node;
		__entry->write = write;
	),

	TP_printk("pid=%d tgid=%d cpu_node=%d memory_node=%d pages=%lu address=0x%lx local=%d write=%d",
		  __entry->pid, __entry->tgid, __entry->cpu_node,
		  __entry->memory_node, __entry->pages, __entry->address,
		  __entry->local, __entry->write)
);

/*
 * One folio that moved, for whatever reason. Fields: the task that moved it,
 * which may not be the one that owns it; the nodes; size in pages; 1 if
 * balancing moved it because it was accessed from there, 0 if not, -1 if
 * unknown; number of the reason in enum numatrace_migrate_reason.
 */
TRACE_EVENT(migrate,

	TP_PROTO(int from_node, int to_node, unsigned long pages,
		 int misplaced, int reason),

	TP_ARGS(from_node, to_node, pages, misplaced, reason),

	TP_STRUCT__entry(
		__field(pid_t, pid)
		__field(pid_t, tgid)
		__field(int, from_node)
		__field(int, to_node)
		__field(unsigned long, pages)
		__field(int, misplaced)
		__field(int, reason)
	),

	TP_fast_assign(
		__entry->pid = current->pid;
		__entry->tgid = current->tgid;
		__entry->from_node = from_node;
		__entry->to_node = to_node;
		__entry->pages = pages;
		__entry->misplaced = misplaced;
		__entry->reason = reason;
	),

	TP_printk("pid=%d tgid=%d from_node=%d to_node=%d pages=%lu misplaced=%d reason=%d",
		  __entry->pid, __entry->tgid, __entry->from_node,
		  __entry->to_node, __entry->pages, __entry->misplaced,
		  __entry->reason)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
