/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A tree of files that stands for the system's.
 */
#ifndef TESTS_UNIT_FILES_H
#define TESTS_UNIT_FILES_H

/* Write a file below the folder @root, with the folders that it needs. */
void write_file(const char *root, const char *name, const char *text);

/* Remove the folder @root with all that is in it. 0: it is gone. */
int remove_files(const char *root);

#endif
