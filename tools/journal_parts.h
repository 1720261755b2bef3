/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the journal have in common.
 */
#ifndef NUMATRACE_JOURNAL_PARTS_H
#define NUMATRACE_JOURNAL_PARTS_H

#include "journal.h"

#include <sys/types.h>

/* A file as journal_open() wants it, or a negative errno. Never waits. */
int journal_open_trusted(const char *path, int flags);

/* All of @text, on disk, or nothing of it. 0 or a negative errno. */
int journal_append(int fd, const char *text);

/* A new name of @path is on disk once its folder is. 0 or a negative errno. */
int journal_sync_folder(const char *path);

/* The folder of @path, and those above. 0 or a negative errno. */
int journal_make_folders(const char *path);

/* The boot that we live in, to be freed; NULL where the kernel does not tell. */
char *journal_boot(void);

/* The actions that begin behind the first @from bytes of @size. */
int journal_read_part(int fd, off_t from, off_t size,
		      struct journal_actions *actions);

/*
 * Put a file without the actions that have no effect any more in the place of
 * @path. The new file, locked by us, and its @size; or a negative errno: what
 * was there stays, as nothing can be left out or something failed.
 */
int journal_compact(const char *path, const struct journal_actions *actions,
		    off_t *size);

#endif
