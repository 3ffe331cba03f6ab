package io.saddlebag.recoverability;

import java.util.List;

/**
 * All that the catalog knows of one thing that is backed up.
 *
 * @param bases in any order
 * @param chain of its journals: gaps and what was given up, too
 * @param remarks what could not be told, and therefore counts against what can be recovered; a sentence each
 * @param journaled whether its journals are backed up, so that there will be more of them
 */
record Known(
        String name,
        Kind kind,
        List<Base> bases,
        List<Link> chain,
        List<Branch> branches,
        List<String> remarks,
        boolean journaled) {
    /** What it is. */
    enum Kind {
        DATABASE,
        DATASET
    }

    Known {
        bases = List.copyOf(bases);
        chain = chain.stream().sorted(Link.ORDER).toList();
        branches = List.copyOf(branches);
        remarks = List.copyOf(remarks);
    }
}
