/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMATRACE_TEST_VM_EVENT_ITEM_H
#define NUMATRACE_TEST_VM_EVENT_ITEM_H

enum vm_event_item {
	PGFAULT
};

#endif
