package io.saddlebag.camel.folder;

import io.saddlebag.camel.folder.RouteFiles.Seen;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of one file. Guarded by the folder's lock. */
final class Unit {
    final Path file;

    /** as it was read last */
    @Nullable
    Seen examined;

    /** what is to run; differs from what is loaded while a swap waits */
    @Nullable
    RouteDocument accepted;

    /** what is in the file instead, when it was refused */
    @Nullable
    RouteDocument refused;

    @Nullable
    Loaded loaded;

    List<Finding> findings = List.of();
    UnitStatus status = UnitStatus.PENDING_SWAP;
    String message = "";
    Instant since;

    /** when a version that couldn't be started is tried again */
    @Nullable
    Instant retryAt;

    Unit(Path file, Instant since) {
        this.file = file;
        this.since = since;
    }

    int rank() {
        if (accepted != null) {
            return accepted.rank();
        }
        return loaded == null ? 0 : loaded.document().rank();
    }

    boolean isUpToDate(RouteWorld world) {
        if (accepted == null) {
            return loaded == null;
        }
        return loaded != null && loaded.isBuiltFrom(accepted, world.needs(accepted));
    }

    /** Ids that its next version brings; known before it is loaded, apart from those that Camel makes up. */
    Set<String> nextRouteIds() {
        Set<String> ids = new java.util.HashSet<>();
        if (accepted != null) {
            for (Block block : accepted.blocks()) {
                if (block.id() != null && (block.is(Block.Kind.ROUTE) || block.is(Block.Kind.INSTANCE))) {
                    ids.add(block.id());
                }
            }
        }
        return ids;
    }

    void become(UnitStatus next, String why, Instant at) {
        if (status != next) {
            status = next;
            since = at;
        }
        message = why;
    }

    UnitState state() {
        return new UnitState(file, status, loaded == null ? List.of() : loaded.routeIds(), message, findings, since);
    }
}
