// SPDX-License-Identifier: GPL-2.0
#include "bounce.h"
#include "config.h"
#include "counters.h"
#include "selftest.h"

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>

/*
 * Page frame numbers have 40 bits: no machine has addresses of more than 52.
 * Multiplied by an odd number they are shuffled, and each is still itself: the
 * upper bits choose the entry, the lower ones tell the frames of an entry apart.
 */
#define PFN_BITS 40
#define TABLE_BITS 17
#define TAG_BITS (PFN_BITS - TABLE_BITS)
#define SHUFFLE 0x9e3779b97f4a7c15ULL

/* An entry is one word, so that nobody sees half of one; 0 is none. */
#define ENTRY_USED BIT_ULL(63)
#define ENTRY_TAG GENMASK_ULL(62, 40)
#define ENTRY_NODE GENMASK_ULL(39, 30)
#define ENTRY_TIME GENMASK_ULL(29, 0)

static_assert(MAX_NUMNODES <= 1024);

static u64 *table __read_mostly;

static __always_inline u64 shuffle(const struct folio *folio)
{
	return folio_pfn((struct folio *)folio) * SHUFFLE &
	       GENMASK_ULL(PFN_BITS - 1, 0);
}

static __always_inline u64 *entry_of(u64 shuffled)
{
	return &table[shuffled >> TAG_BITS];
}

static __always_inline u64 tag_of(u64 shuffled)
{
	return FIELD_PREP(ENTRY_TAG, shuffled & GENMASK_ULL(TAG_BITS - 1, 0));
}

/* Takes out what is remembered of the frame, which holds nothing any more. */
static __always_inline u64 take_entry(u64 shuffled)
{
	u64 *place = entry_of(shuffled);
	u64 entry = READ_ONCE(*place);

	if ((entry & (ENTRY_USED | ENTRY_TAG)) !=
	    (ENTRY_USED | tag_of(shuffled)))
		return 0;
	WRITE_ONCE(*place, 0);
	return entry;
}

static __always_inline void put_entry(u64 shuffled, u64 entry)
{
	WRITE_ONCE(*entry_of(shuffled),
		   ENTRY_USED | tag_of(shuffled) | (entry & ~ENTRY_TAG));
}

static __always_inline bool is_recent(u64 entry, unsigned int window)
{
	unsigned long age =
		(jiffies - FIELD_GET(ENTRY_TIME, entry)) & ENTRY_TIME;

	return age <= msecs_to_jiffies(window);
}

void notrace nt_bounce(const struct folio *from, const struct folio *to,
		       unsigned long pages)
{
	unsigned int window = nt_knob(NUMATRACE_A_CONFIG_BOUNCE_WINDOW_MS);
	int from_node = folio_nid(from), to_node = folio_nid(to);
	u64 entry;

	if (!window)
		return;
	entry = take_entry(shuffle(from));
	if (from_node == to_node) {
		/* Compacted: it is elsewhere, but has not gone anywhere. */
		if (entry)
			put_entry(shuffle(to), entry);
		return;
	}
	if (entry && FIELD_GET(ENTRY_NODE, entry) == to_node &&
	    is_recent(entry, window))
		nt_count_cell(nt_shared_cell(NT_MATRIX_BOUNCE, from_node,
					     to_node),
			      pages);
	put_entry(shuffle(to),
		  FIELD_PREP(ENTRY_NODE, from_node) |
			  FIELD_PREP(ENTRY_TIME, jiffies & ENTRY_TIME));
}

int nt_bounce_init(void)
{
	table = NT_MAY_FAIL(kvcalloc(BIT(TABLE_BITS), sizeof(*table),
				     GFP_KERNEL),
			    NULL);
	return table ? 0 : -ENOMEM;
}

void nt_bounce_exit(void)
{
	kvfree(table);
	table = NULL;
}

size_t nt_bounce_memory(void)
{
	return BIT(TABLE_BITS) * sizeof(*table);
}
