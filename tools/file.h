/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small files, such as the kernel shows them in /proc and sysfs.
 */
#ifndef NUMATRACE_FILE_H
#define NUMATRACE_FILE_H

/*
 * All of the text of a file, to be freed; NULL, and errno, where it cannot be
 * read.
 */
char *file_read(const char *path);

#endif
