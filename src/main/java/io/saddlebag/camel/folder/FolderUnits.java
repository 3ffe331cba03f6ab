package io.saddlebag.camel.folder;

import io.saddlebag.camel.folder.RouteFiles.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The files of a folder, from being seen to running. For one thread at a time. */
final class FolderUnits {
    /** Deleted files that are still shown; the names of temporary files must not pile up for years. */
    private static final int MAX_REMOVED = 100;

    private final FolderSetup setup;
    private final RouteLint lint;
    private final LiveRoutes live;
    private final QuietFiles quiet;
    private final Notices notices;
    private final Map<Path, Unit> units = new TreeMap<>();
    private Set<Path> recheck = new HashSet<>();

    FolderUnits(CamelContext context, FolderSetup setup) {
        this.setup = setup;
        this.lint = new RouteLint(setup.contexts(), setup.files());
        this.live = new LiveRoutes(context, setup.stopTimeout());
        this.quiet = new QuietFiles(setup.quiet(), setup.clock());
        this.notices = new Notices(setup.files());
    }

    /** @throws IOException when the folder can't be read; nothing has changed then */
    void scan() throws IOException {
        List<Seen> seen = setup.files().list(setup.folder());
        Map<Path, @Nullable RouteDocument> changes = changes(quiet.look(seen));
        addRetries(changes);
        if (!changes.isEmpty()) {
            admit(changes);
        }
        recheck = new Swap(List.copyOf(units.values()), live, notices, setup).run();
        forgetRemoved();
    }

    Notices notices() {
        return notices;
    }

    List<UnitState> states() {
        return units.values().stream().map(Unit::state).toList();
    }

    static RouteWorld world(Collection<Unit> units) {
        return new RouteWorld(units.stream()
                .map(unit -> unit.accepted)
                .filter(Objects::nonNull)
                .toList());
    }

    private Map<Path, @Nullable RouteDocument> changes(Map<Path, Optional<Seen>> atRest) {
        Map<Path, @Nullable RouteDocument> changes = new TreeMap<>();
        atRest.forEach((file, seen) -> {
            Unit unit = units.get(file);
            if (seen.isPresent()) {
                if (unit == null || !seen.get().equals(unit.examined)) {
                    examine(file, seen.get(), changes);
                }
            } else if (unit != null && (unit.accepted != null || unit.refused != null)) {
                unit.examined = null;
                changes.put(file, null);
            }
        });
        return changes;
    }

    private void examine(Path file, Seen seen, Map<Path, @Nullable RouteDocument> changes) {
        Unit unit =
                units.computeIfAbsent(file, name -> new Unit(name, setup.clock().instant()));
        RouteDocument document;
        try {
            byte[] bytes = setup.files().read(file);
            if (bytes.length != seen.sizeBytes()) {
                // written to since it was seen; the next look finds another size or time
                return;
            }
            document = RouteDocument.parse(file, bytes);
        } catch (IOException e) {
            document = RouteDocument.unreadable(file, String.valueOf(e.getMessage()));
            unit.retryAt = setup.clock().instant().plus(setup.retryAfter());
        }
        unit.examined = seen;
        if (!document.equals(unit.refused == null ? unit.accepted : unit.refused)) {
            changes.put(file, document);
        }
    }

    /** What was refused may be right beside what changed now. */
    private void addRetries(Map<Path, @Nullable RouteDocument> changes) {
        Instant now = setup.clock().instant();
        boolean any = !changes.isEmpty() || !recheck.isEmpty();
        for (Unit unit : units.values()) {
            boolean due = unit.retryAt != null && !unit.retryAt.isAfter(now);
            if (due) {
                unit.retryAt = null;
                unit.examined = null;
            }
            if (changes.containsKey(unit.file)) {
                continue;
            }
            boolean failedToStart = unit.loaded != null
                    && unit.findings.stream().anyMatch(finding -> finding.rule() == RouteRule.CANNOT_START);
            if (unit.refused != null && (due || (any && !failedToStart))) {
                changes.put(unit.file, unit.refused);
            } else if (recheck.contains(unit.file) && unit.accepted != null) {
                changes.put(unit.file, unit.accepted);
            }
        }
    }

    private void admit(Map<Path, @Nullable RouteDocument> changes) {
        List<Loaded> ours = units.values().stream()
                .map(unit -> unit.loaded)
                .filter(Objects::nonNull)
                .toList();
        Admission.Outcome outcome = new Admission(lint, world(units.values()), live.host(ours)).decide(changes);
        outcome.refused().forEach((file, findings) -> refuse(file, changes, findings));
        outcome.taken().forEach((file, document) -> take(file, document, outcome));
    }

    private void refuse(Path file, Map<Path, @Nullable RouteDocument> changes, List<Finding> findings) {
        Unit unit = Objects.requireNonNull(units.get(file));
        // not among the changes: an unchanged file whose template was deleted
        unit.refused = changes.get(file) == null ? unit.accepted : changes.get(file);
        if (unit.loaded != null) {
            // a version that was accepted and still waited is superseded by what is in the file now
            unit.accepted = unit.loaded.document();
        } else if (unit.refused != null && !unit.refused.equals(unit.accepted)) {
            unit.accepted = null;
        }
        unit.findings = List.copyOf(findings);
        Instant now = setup.clock().instant();
        String first = findings.stream()
                .filter(Finding::isError)
                .findFirst()
                .map(finding -> finding.where() + ": " + finding.message())
                .orElse("");
        unit.become(UnitStatus.REJECTED, first, now);
        notices.refused(file, unit.findings, unit.loaded != null, now);
    }

    private void take(Path file, @Nullable RouteDocument document, Admission.Outcome outcome) {
        Unit unit = Objects.requireNonNull(units.get(file));
        boolean asBefore = unit.loaded != null && unit.loaded.document().equals(document);
        unit.accepted = document;
        unit.refused = null;
        unit.retryAt = null;
        List<Finding> before = unit.findings;
        unit.findings = List.copyOf(outcome.found().getOrDefault(file, List.of()));
        if (!unit.findings.equals(before)) {
            notices.accepted(unit.findings);
        }
        notices.mended(file);
        unit.become(
                asBefore ? UnitStatus.LOADED : UnitStatus.PENDING_SWAP,
                "",
                setup.clock().instant());
    }

    private void forgetRemoved() {
        List<Unit> removed = new ArrayList<>();
        for (Unit unit : units.values()) {
            if (unit.status == UnitStatus.REMOVED) {
                quiet.forget(unit.file);
                notices.forget(unit.file);
                removed.add(unit);
            }
        }
        removed.sort(java.util.Comparator.comparing(unit -> unit.since));
        for (int i = 0; i < removed.size() - MAX_REMOVED; i++) {
            units.remove(removed.get(i).file);
        }
    }
}
