// The package manager wants one source file in a C target; the header says it all.
#include "CIntrinsics.h"
