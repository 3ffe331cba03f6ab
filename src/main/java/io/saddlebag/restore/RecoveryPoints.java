package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.group.GroupFault;
import io.saddlebag.group.RecoveryPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The recovery points of groups, as the catalog's complete backups make them up. */
public final class RecoveryPoints {
    private final Catalog catalog;

    public RecoveryPoints(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * A point and what there is of it.
     *
     * @param backups of its members, in their order; of some there may be none
     */
    public record Found(RecoveryPoint point, List<Backup> backups) {
        public Found {
            backups = List.copyOf(backups);
        }

        /** Members without a complete backup. */
        public List<String> missing() {
            List<String> missing = new ArrayList<>(point.members());
            backups.forEach(backup -> missing.remove(backup.about().name()));
            return missing;
        }
    }

    /** Of that group, the oldest first; those that aren't whole, too. */
    public List<Found> of(String group) throws IOException {
        Map<String, Map<String, Backup>> backups = new LinkedHashMap<>();
        Map<String, RecoveryPoint> points = new LinkedHashMap<>();
        for (Backup backup : catalog.backups(Catalog.Filter.COMPLETE)) {
            Optional<RecoveryPoint> point = RecoveryPoint.of(backup.about().facts());
            if (point.isPresent() && point.get().group().equals(group)) {
                points.put(point.get().id(), point.get());
                backups.computeIfAbsent(point.get().id(), id -> new LinkedHashMap<>())
                        .put(backup.about().name(), backup);
            }
        }
        List<Found> found = new ArrayList<>();
        points.forEach((id, point) -> {
            Map<String, Backup> own = backups.getOrDefault(id, Map.of());
            found.add(new Found(
                    point,
                    point.members().stream()
                            .filter(own::containsKey)
                            .map(own::get)
                            .toList()));
        });
        return found;
    }

    /**
     * The one that is asked for.
     *
     * @throws BackupException {@link GroupFault#NO_WHOLE_POINT}, which lists what there is and why it won't do
     */
    Found choose(GroupRequest request) throws IOException {
        List<Found> all = of(request.group());
        Found chosen = null;
        List<String> passedOver = new ArrayList<>();
        for (Found each : all) {
            String wanted = request.point();
            if (wanted != null && !wanted.equals(each.point().id())) {
                continue;
            }
            if (!each.missing().isEmpty()) {
                passedOver.add(each.point().id() + " lacks " + String.join(", ", each.missing()));
            } else if (request.asOf() != null
                    && each.backups().get(0).about().at().isAfter(request.asOf())) {
                passedOver.add(each.point().id() + " is of "
                        + each.backups().get(0).about().at());
            } else {
                chosen = each;
            }
        }
        if (chosen == null) {
            throw new BackupException(
                    GroupFault.NO_WHOLE_POINT,
                    "group " + request.group() + " has no recovery point as asked"
                            + (passedOver.isEmpty() ? "" : ": " + String.join("; ", passedOver)),
                    "'saddlebag group ls " + request.group() + "' lists its recovery points.");
        }
        return chosen;
    }
}
