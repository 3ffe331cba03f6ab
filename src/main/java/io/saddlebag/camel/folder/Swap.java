package io.saddlebag.camel.folder;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the running context to what was accepted, as far as nothing is in flight; the rest waits for the next time. All
 * that can go goes first, then what replaces it comes, so that an id or a template may move from one file to another.
 */
final class Swap {
    private final Collection<Unit> units;
    private final RouteWorld world;
    private final LiveRoutes live;
    private final Notices notices;
    private final Clock clock;
    private final Duration retryAfter;
    private final Map<Unit, Loaded> retired = new HashMap<>();
    private final Set<Path> recheck = new HashSet<>();

    Swap(Collection<Unit> units, LiveRoutes live, Notices notices, FolderSetup setup) {
        this.units = units;
        this.world = FolderUnits.world(units);
        this.live = live;
        this.notices = notices;
        this.clock = setup.clock();
        this.retryAfter = setup.retryAfter();
    }

    /** @return files that must be checked again, since others turned out differently than they were checked with */
    Set<Path> run() {
        Set<Unit> ready = new LinkedHashSet<>();
        units.stream()
                .filter(unit -> !unit.isUpToDate(world) && !isOrphan(unit))
                .sorted(Comparator.comparingInt(Unit::rank))
                .filter(this::isIdle)
                .forEach(ready::add);
        prune(ready);
        stop(ready);
        retire(ready);
        for (Unit unit : ready) {
            if (unit.accepted != null) {
                load(unit, unit.accepted);
            }
        }
        return recheck;
    }

    /** Its template was deleted: what was made from it runs on, and can't be made again. */
    private static boolean isOrphan(Unit unit) {
        return unit.refused != null && unit.refused.equals(unit.accepted);
    }

    private boolean isIdle(Unit unit) {
        int inFlight = unit.loaded == null ? 0 : live.inFlight(unit.loaded);
        if (inFlight > 0) {
            waits(unit, inFlight == 1 ? "1 exchange is in flight" : inFlight + " exchanges are in flight");
        }
        return inFlight == 0;
    }

    private void waits(Unit unit, String why) {
        if (unit.status != UnitStatus.PENDING_SWAP || !unit.message.equals(why)) {
            if (unit.loaded != null) {
                notices.waits(unit.file, why);
            }
        }
        unit.become(UnitStatus.PENDING_SWAP, why, clock.instant());
    }

    /** Takes out, again and again, those that would need something which can't come yet. */
    private Set<Unit> prune(Set<Unit> ready) {
        Set<Unit> pruned = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Unit unit : List.copyOf(ready)) {
                String blocked = blocked(unit, ready);
                if (blocked != null) {
                    waits(unit, blocked);
                    ready.remove(unit);
                    pruned.add(unit);
                    more = true;
                }
            }
        }
        return pruned;
    }

    private @Nullable String blocked(Unit unit, Set<Unit> ready) {
        Set<String> ids = unit.nextRouteIds();
        for (Unit other : units) {
            if (other != unit && other.loaded != null && !ready.contains(other)) {
                for (String id : other.loaded.routeIds()) {
                    if (ids.contains(id)) {
                        return "route '" + id + "' is still that of " + other.file;
                    }
                }
            }
        }
        if (unit.accepted != null) {
            for (RouteDocument need : world.needs(unit.accepted)) {
                if (units.stream().noneMatch(other -> willBe(other, need, ready))) {
                    return "what it needs of " + need.file() + " waits, too";
                }
            }
        }
        return null;
    }

    private static boolean willBe(Unit unit, RouteDocument document, Set<Unit> ready) {
        boolean is = unit.loaded != null && unit.loaded.document().equals(document);
        return is || (ready.contains(unit) && document.equals(unit.accepted));
    }

    private void stop(Set<Unit> ready) {
        List<Unit> stopped = new ArrayList<>();
        boolean all = true;
        for (Unit unit : List.copyOf(ready)) {
            if (unit.loaded != null) {
                if (stop(unit, unit.loaded)) {
                    stopped.add(unit);
                } else {
                    ready.remove(unit);
                    all = false;
                }
            }
        }
        if (!all) {
            for (Unit unit : prune(ready)) {
                if (stopped.contains(unit) && unit.loaded != null) {
                    start(unit, unit.loaded);
                }
            }
        }
    }

    private boolean stop(Unit unit, Loaded loaded) {
        try {
            boolean stopped = live.stop(loaded);
            if (!stopped) {
                waits(unit, "an exchange came in between");
            }
            return stopped;
        } catch (Exception e) {
            waits(unit, "a route can't be stopped: " + e);
            return false;
        }
    }

    private void start(Unit unit, Loaded loaded) {
        try {
            live.start(loaded);
        } catch (Exception e) {
            waits(unit, "a route can't be started again: " + e);
        }
    }

    private void retire(Set<Unit> ready) {
        List<Unit> reversed = new ArrayList<>(ready);
        reversed.sort(Comparator.comparingInt(Unit::rank).reversed());
        for (Unit unit : reversed) {
            Loaded loaded = unit.loaded;
            if (loaded == null) {
                if (unit.accepted == null) {
                    unit.become(UnitStatus.REMOVED, "", clock.instant());
                }
                continue;
            }
            try {
                live.remove(loaded);
                retired.put(unit, loaded);
                unit.loaded = null;
            } catch (Exception e) {
                ready.remove(unit);
                waits(unit, "a route can't be removed: " + e);
                continue;
            }
            if (unit.accepted == null) {
                live.unbind(loaded.document().beans());
                notices.removed(unit.file, loaded.routeIds());
                unit.become(UnitStatus.REMOVED, "", clock.instant());
            }
        }
    }

    private void load(Unit unit, RouteDocument accepted) {
        List<Loaded> needs = new ArrayList<>();
        for (RouteDocument need : world.needs(accepted)) {
            Loaded loaded = units.stream()
                    .map(other -> other.loaded)
                    .filter(Objects::nonNull)
                    .filter(other -> other.document().equals(need))
                    .findFirst()
                    .orElse(null);
            if (loaded == null) {
                recheck.add(unit.file);
                restore(unit);
                waits(unit, "what it needs of " + need.file() + " could not be loaded");
                return;
            }
            needs.add(loaded);
        }
        try {
            Loaded loaded = live.load(accepted, needs);
            unit.loaded = loaded;
            unit.retryAt = null;
            unit.become(UnitStatus.LOADED, "", clock.instant());
            notices.loaded(unit.file, loaded.routeIds());
        } catch (Exception e) {
            failed(unit, accepted, e);
        }
    }

    /** It could be built and can't be started: what was there before comes back. */
    private void failed(Unit unit, RouteDocument accepted, Exception failure) {
        List<Finding> findings = new ArrayList<>();
        findings.add(new FailureReader(accepted, RouteRule.CANNOT_START).read(failure));
        Loaded before = retired.get(unit);
        Finding lost = restore(unit);
        if (lost != null) {
            findings.add(lost);
        }
        unit.refused = accepted;
        unit.accepted = before == null ? null : before.document();
        unit.findings = List.copyOf(findings);
        Instant now = clock.instant();
        // what runs isn't stopped again and again only to try
        unit.retryAt = unit.loaded == null ? now.plus(retryAfter) : null;
        unit.become(UnitStatus.REJECTED, findings.get(0).message(), now);
        notices.refused(unit.file, findings, unit.loaded != null, now);
        for (Unit other : units) {
            if (other.accepted != null && world.needs(other.accepted).contains(accepted)) {
                recheck.add(other.file);
            }
        }
    }

    /** @return why the version before couldn't be brought back; null when it runs again, or there was none */
    private @Nullable Finding restore(Unit unit) {
        Loaded before = retired.get(unit);
        if (before == null) {
            return null;
        }
        List<Loaded> current = units.stream()
                .map(other -> other.loaded)
                .filter(Objects::nonNull)
                .toList();
        try {
            unit.loaded = live.restore(before, current);
            return null;
        } catch (Exception e) {
            return new FailureReader(before.document(), RouteRule.CANNOT_START).read(e);
        }
    }
}
