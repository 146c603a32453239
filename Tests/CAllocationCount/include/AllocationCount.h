// How often the calling thread has asked for memory.
//
// With glibc, the tests' own `malloc` stands in front of the library's and counts; no test sees what another
// thread does. Elsewhere, and under a sanitizer, which brings a `malloc` of its own, the answer is -1.
#ifndef STRATA_ALLOCATION_COUNT_H
#define STRATA_ALLOCATION_COUNT_H

long strata_allocation_count(void);

#endif
