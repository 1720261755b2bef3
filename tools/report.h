/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Plain structs: the only type between the client, the arithmetic and the
 * output. Everything in them belongs to them; report_free_*() returns it.
 */
#ifndef NUMATRACE_REPORT_H
#define NUMATRACE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel's own types stay in the kernel. */
#pragma GCC poison u8 u16 u32 u64 s8 s16 s32 s64

/* Sanity bound of a node number; Linux has at most 1024 (MAX_NUMNODES). */
#define REPORT_MAX_NODES 65536U

/*
 * What is measured of a node, in the order of the node attributes of the
 * interface. Before NODE_FAULTS: what there is now, in bytes. From it on:
 * counters since the module was loaded, NODE_CPU_TIME in ns.
 */
enum node_field {
	NODE_MEM_TOTAL,
	NODE_MEM_FREE,
	NODE_MEM_FILE,
	NODE_MEM_ANON,
	NODE_FAULTS,
	NODE_MAJOR_FAULTS,
	NODE_HINT_FAULTS,
	NODE_HINT_FAULTS_LOCAL,
	NODE_PTE_UPDATES,
	NODE_HUGE_PTE_UPDATES,
	NODE_NUMA_PAGES_MIGRATED,
	NODE_MIGRATE_SUCCESS,
	NODE_MIGRATE_FAIL,
	NODE_THP_MIGRATE_SUCCESS,
	NODE_THP_MIGRATE_FAIL,
	NODE_THP_MIGRATE_SPLIT,
	NODE_PROMOTED,
	NODE_DEMOTED,
	NODE_ALLOC_HIT,
	NODE_ALLOC_MISS,
	NODE_ALLOC_FOREIGN,
	NODE_ALLOC_INTERLEAVE_HIT,
	NODE_ALLOC_LOCAL_NODE,
	NODE_ALLOC_OTHER_NODE,
	NODE_CPU_TIME,
	NODE_FIELDS
};

#define NODE_FIRST_COUNTER NODE_FAULTS

/**
 * struct report_node - one node
 * @id: number, as in sysfs
 * @state: enum numatrace_node_state, or-ed
 * @cpus: online CPUs as a list such as 0-3,8; "" if there are none
 * @measured: bit n is set where @value[n] was measured
 * @value: by enum node_field; bytes, events or ns
 */
struct report_node {
	uint32_t id;
	uint32_t state;
	char *cpus;
	uint64_t measured;
	uint64_t value[NODE_FIELDS];
};

/**
 * struct report_nodes - the nodes that are or were online, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: differs between readings that straddle a switched hook or a
 *	CPU or node that came or went
 * @count: number of nodes
 * @node: the nodes, by ascending number
 */
struct report_nodes {
	uint64_t timestamp;
	uint32_t generation;
	size_t count;
	struct report_node *node;
};

/**
 * struct report_cell - one cell of a matrix
 * @row: CPU node (access) or node that was left (migration)
 * @column: memory node (access) or node of arrival (migration)
 * @events: faults (access) or folios (migration)
 * @pages: pages
 */
struct report_cell {
	uint32_t row;
	uint32_t column;
	uint64_t events;
	uint64_t pages;
};

/**
 * struct report_matrix - a matrix, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @count: number of cells
 * @cell: the cells, by ascending row, then column
 */
struct report_matrix {
	uint64_t timestamp;
	uint32_t generation;
	size_t count;
	struct report_cell *cell;
};

/**
 * struct report_hook - one hooked kernel function
 * @name: access and migration, which fill matrices, or outcome
 * @function: the kernel function
 * @state: enum numatrace_hook_state
 * @reason: why it is off or unavailable, or what it lacks, or NULL
 * @events: counted, in faults (access) or pages (migration, outcome)
 * @missed: not seen, by the kernel's own total
 */
struct report_hook {
	char *name;
	char *function;
	uint32_t state;
	char *reason;
	uint64_t events;
	uint64_t missed;
};

/**
 * struct report_uncounted - what this kernel does not count of nodes
 * @name: key of the column
 * @reason: which of the kernel's counters is missing, or not known
 */
struct report_uncounted {
	char *name;
	char *reason;
};

/**
 * struct report_share - accesses of a row from a CPU node to a memory node
 * @cpu_node: node of the CPU, or REPORT_ALL_NODES
 * @memory_node: node of the memory, or REPORT_ALL_NODES
 * @faults: accesses
 * @pages: the same, each weighted by its folio's size
 */
struct report_share {
	uint32_t cpu_node;
	uint32_t memory_node;
	uint64_t faults;
	uint64_t pages;
};

#define REPORT_ALL_NODES UINT32_MAX

/* What takes time, see enum numatrace_cost_kind. */
#define REPORT_COST_KINDS 3

/**
 * struct report_usage - what a process, a cgroup or a number of them did
 * @local_faults: accesses to memory of the CPU's own node
 * @remote_faults: accesses to memory of another node
 * @local_pages: @local_faults in pages
 * @remote_pages: @remote_faults in pages
 * @outcomes: whether @migrated_pages and @failed_pages were measured
 * @migrated_pages: pages that balancing moved for it
 * @failed_pages: pages that balancing could not move for it
 * @accessed: whether @first_access and @last_access are known
 * @first_access: CLOCK_MONOTONIC, ns
 * @last_access: CLOCK_MONOTONIC, ns
 * @timed: bit n is set where @time[n] was measured
 * @time: that balancing took, by enum numatrace_cost_kind, ns; of processes
 * @shares: number of elements of @share
 * @share: its accesses by node, without zeros: a matrix; or, on machines with
 *	node numbers above 7, its row sums and its column sums
 */
struct report_usage {
	uint64_t local_faults;
	uint64_t remote_faults;
	uint64_t local_pages;
	uint64_t remote_pages;
	bool outcomes;
	uint64_t migrated_pages;
	uint64_t failed_pages;
	bool accessed;
	uint64_t first_access;
	uint64_t last_access;
	unsigned int timed;
	uint64_t time[REPORT_COST_KINDS];
	size_t shares;
	struct report_share *share;
};

/**
 * struct report_process - a row of the table of processes
 * @kind: enum numatrace_row_kind; from @pid to @cgroup_id only a row of kind
 *	current or ended has values
 * @pid: in our PID namespace
 * @start_time: CLOCK_BOOTTIME, ns
 * @comm: its name, or NULL
 * @uid: real user
 * @cgroup_id: inode number of its cgroup's directory
 * @threads: now; 0 if it ended
 * @processes: how many the row stands for (unlisted, ended-total)
 * @left_out: how many of those we may not see (unlisted)
 * @usage: what it did
 */
struct report_process {
	uint32_t kind;
	uint32_t pid;
	uint64_t start_time;
	char *comm;
	uint32_t uid;
	uint64_t cgroup_id;
	uint32_t threads;
	uint32_t processes;
	uint32_t left_out;
	struct report_usage usage;
};

/**
 * struct report_processes - rows of processes, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @count: number of rows
 * @process: the rows; after report_sort_processes() by pid and start time,
 *	those that stand for many behind
 */
struct report_processes {
	uint64_t timestamp;
	uint32_t generation;
	size_t count;
	struct report_process *process;
};

/**
 * struct report_cgroup - a row of the table of cgroups
 * @kind: enum numatrace_row_kind; only a row of kind current or ended has @id
 * @id: inode number of its directory
 * @path: below the root of the hierarchy, or NULL where it is not known
 * @cgroups: how many the row stands for (unlisted, ended-total)
 * @usage: what its processes did in it
 */
struct report_cgroup {
	uint32_t kind;
	uint64_t id;
	char *path;
	uint32_t cgroups;
	struct report_usage usage;
};

/**
 * struct report_cgroups - rows of cgroups, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @count: number of rows
 * @cgroup: the rows, in no order
 */
struct report_cgroups {
	uint64_t timestamp;
	uint32_t generation;
	size_t count;
	struct report_cgroup *cgroup;
};

/**
 * struct report_fault_statistics - what the scheduler remembers of a node
 * @node: number of the node
 * @memory_shared: see fault-statistics in uapi/numatrace.yaml
 * @memory_private: as above
 * @cpu_shared: as above
 * @cpu_private: as above
 */
struct report_fault_statistics {
	uint32_t node;
	uint64_t memory_shared;
	uint64_t memory_private;
	uint64_t cpu_shared;
	uint64_t cpu_private;
};

/**
 * struct report_thread - a thread
 * @tid: in our PID namespace
 * @comm: its name
 * @cpu: that it runs on or last ran on
 * @cpu_node: node of @cpu
 * @affinity: CPUs that it may run on, as a list
 * @cpuset_nodes: nodes from which its cpuset lets it allocate, as a list
 * @policy: enum numatrace_memory_policy
 * @policy_nodes: as a list, or NULL
 * @scanned: whether the policy lets balancing sample its memory
 * @preferred_node: where balancing wants it to run, or -1
 * @migrated_pages: that balancing moved because it accessed them
 * @statistics: number of elements of @statistic
 * @statistic: by node; none before the first access
 */
struct report_thread {
	uint32_t tid;
	char *comm;
	uint32_t cpu;
	uint32_t cpu_node;
	char *affinity;
	char *cpuset_nodes;
	uint32_t policy;
	char *policy_nodes;
	bool scanned;
	int64_t preferred_node;
	uint64_t migrated_pages;
	size_t statistics;
	struct report_fault_statistics *statistic;
};

/**
 * struct report_threads - the threads of a process, at one moment
 * @timestamp: CLOCK_MONOTONIC, ns
 * @count: number of threads
 * @thread: the threads, by ascending tid
 */
struct report_threads {
	uint64_t timestamp;
	size_t count;
	struct report_thread *thread;
};

/* The settings, by the attributes of the interface. */
enum config_field {
	CONFIG_PROCESS_TABLE_SIZE,
	CONFIG_CGROUP_TABLE_SIZE,
	CONFIG_TRACK_PROCESSES,
	CONFIG_TRACK_CGROUPS,
	CONFIG_MIN_FAULTS,
	CONFIG_SAMPLE_INTERVAL_MS,
	CONFIG_SAMPLE_INTERVAL_MAX_MS,
	CONFIG_SAMPLE_BACKOFF,
	CONFIG_HISTORY,
	CONFIG_SAMPLE_CGROUPS,
	CONFIG_MEASURE_COST,
	CONFIG_BOUNCE_WINDOW_MS,
	CONFIG_DETECT_WINDOW_MS,
	CONFIG_DETECT_MEMORY_IMBALANCE,
	CONFIG_DETECT_CPU_IMBALANCE,
	CONFIG_DETECT_LOW_LOCALITY,
	CONFIG_DETECT_MIGRATION_FAILURES,
	CONFIG_DETECT_PING_PONG,
	CONFIG_DETECT_FIRST_TOUCH,
	CONFIG_DETECT_NODE_FULL,
	CONFIG_DETECT_ALLOCATION_MISSES,
	CONFIG_DETECT_MIN_EVENTS,
	CONFIG_FIELDS
};

/**
 * struct report_config - what can be set
 * @set: bit n is set where @value[n] is known, or to be set
 * @value: by enum config_field, see config in uapi/numatrace.yaml
 */
struct report_config {
	unsigned int set;
	uint64_t value[CONFIG_FIELDS];
};

/**
 * struct report_info - the module and its machine
 * @module_version: as modinfo shows it; NULL when the module is not loaded,
 *	and then only the node lists, the page size and @balancing are known
 * @interface_version: NUMATRACE_INTERFACE_VERSION of the module
 * @timestamp: moment of the reading, CLOCK_MONOTONIC, ns
 * @start_time: moment the module was loaded, CLOCK_MONOTONIC, ns
 * @generation: as in struct report_nodes
 * @page_size: bytes
 * @nodes_possible: nodes that can exist, as a list
 * @nodes_online: nodes that are online, as a list
 * @nodes_memory: nodes that have memory, as a list
 * @nodes_cpu: nodes that have an online CPU, as a list
 * @nodes_gone: nodes that are not online any more, as a list; or NULL
 * @cpus_possible: number of CPUs that can exist
 * @cpus_online: number of CPUs that are online
 * @balancing: kernel.numa_balancing, or -1 where it cannot be read
 * @memory: that the module's counters and tables take, bytes
 * @sample_interval: between two samples at the moment, ms; 0: the module is too
 *	old to sample
 * @samples: in the history
 * @last_sequence: number of the newest sample; 0: there is none
 * @judged: kinds of problems that were looked for, BIT(enum
 *	numatrace_finding_kind), or-ed
 * @judged_at: the sample in which they were, CLOCK_MONOTONIC, ns; 0: none yet
 * @hooks: number of hooks
 * @hook: the hooks
 * @uncounteds: number of elements of @uncounted
 * @uncounted: columns of nodes that this kernel does not count
 */
struct report_info {
	char *module_version;
	uint32_t interface_version;
	uint64_t timestamp;
	uint64_t start_time;
	uint32_t generation;
	uint32_t page_size;
	char *nodes_possible;
	char *nodes_online;
	char *nodes_memory;
	char *nodes_cpu;
	char *nodes_gone;
	uint32_t cpus_possible;
	uint32_t cpus_online;
	int64_t balancing;
	uint64_t memory;
	uint32_t sample_interval;
	uint32_t samples;
	uint64_t last_sequence;
	uint32_t judged;
	uint64_t judged_at;
	size_t hooks;
	struct report_hook *hook;
	size_t uncounteds;
	struct report_uncounted *uncounted;
};

/* Whether accesses are attributed, by CONFIG_TRACK_*; so unless it is known. */
static inline bool report_tracks(const struct report_config *config,
				 enum config_field field)
{
	return !(config->set & (1U << field)) || config->value[field];
}

static inline bool report_measured(const struct report_node *node,
				   enum node_field field)
{
	return node->measured & (1ULL << field);
}

/*
 * The array, with room for one more zeroed element of @size bytes behind
 * @count, all of which came this way. NULL when memory is short; the array is
 * then as it was.
 */
void *report_grow(void *array, size_t count, size_t size);

/*
 * Append one zeroed element, which the caller fills. NULL when memory is
 * short; the report is then as it was.
 */
struct report_node *report_add_node(struct report_nodes *nodes);
struct report_cell *report_add_cell(struct report_matrix *matrix);
struct report_hook *report_add_hook(struct report_info *info);
struct report_uncounted *report_add_uncounted(struct report_info *info);
struct report_process *report_add_process(struct report_processes *processes);
struct report_cgroup *report_add_cgroup(struct report_cgroups *cgroups);
struct report_thread *report_add_thread(struct report_threads *threads);
struct report_share *report_add_share(struct report_usage *usage);

/* Bring the elements in order. False: one of them is there twice. */
bool report_sort_nodes(struct report_nodes *nodes);
bool report_sort_matrix(struct report_matrix *matrix);
bool report_sort_processes(struct report_processes *processes);
bool report_sort_threads(struct report_threads *threads);

/* NULL if there is none. The reports must be in order. */
const struct report_node *report_find_node(const struct report_nodes *nodes,
					   uint32_t id);
const struct report_cell *report_find_cell(const struct report_matrix *matrix,
					   uint32_t row, uint32_t column);
/* By kind, or pid and start time where it is a process, living or ended. */
struct report_process *
report_find_process(const struct report_processes *processes,
		    const struct report_process *key);
/* The row that stands for many processes: by enum numatrace_row_kind. */
struct report_process *report_find_sum(const struct report_processes *processes,
				       uint32_t kind);
const struct report_hook *report_find_hook(const struct report_info *info,
					   const char *name);

/* Whether the hook of that name counts. */
bool report_hook_attached(const struct report_info *info, const char *name);

/* False where it could not be attached: that it counted none would be wrong. */
bool report_hook_counted(const struct report_hook *hook);

/* Fill an empty report with a copy. 0, or -ENOMEM and a part of it. */
int report_copy_nodes(struct report_nodes *copy,
		      const struct report_nodes *nodes);
int report_copy_matrix(struct report_matrix *copy,
		       const struct report_matrix *matrix);
int report_copy_processes(struct report_processes *copy,
			  const struct report_processes *processes);

/* Free what lies behind the first @count rows. */
void report_cut_processes(struct report_processes *processes, size_t count);

/* Free the contents and leave an empty report behind. */
void report_free_nodes(struct report_nodes *nodes);
void report_free_matrix(struct report_matrix *matrix);
void report_free_info(struct report_info *info);
void report_free_processes(struct report_processes *processes);
void report_free_cgroups(struct report_cgroups *cgroups);
void report_free_threads(struct report_threads *threads);

#endif
