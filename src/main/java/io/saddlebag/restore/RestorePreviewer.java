package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks of each object what a restore would ask, and touches nothing (C7). Of names that aren't UTF-8 the catalog knows too
 * little: they count as new.
 */
final class RestorePreviewer {
    private final RestoreServices services;

    RestorePreviewer(RestoreServices services) {
        this.services = services;
    }

    RestorePreview preview(RestorePlan plan) throws IOException {
        List<RestorePreview.Effects> effects = new ArrayList<>();
        for (RestorePlan.Step step : plan.steps()) {
            effects.add(plan.swaps() || step.isCombined() ? swapped(plan, step) : looked(step, plan.request()));
        }
        return new RestorePreview(plan, effects);
    }

    /** Whole components go in the places of others, which are kept beside them. */
    private RestorePreview.Effects swapped(RestorePlan plan, RestorePlan.Step step) throws IOException {
        List<RestorePreview.Place> roots = new ArrayList<>();
        // several images of one state get its places together
        List<Path> wanted = plan.isNewestOfState(step) ? RestorePlanner.roots(step.backup()) : List.of();
        for (Path root : wanted) {
            Path place = plan.place(root);
            if (services.files().exists(place)) {
                roots.add(new RestorePreview.Place("replaced", place.toString()));
            } else if (!place.equals(root)) {
                roots.add(new RestorePreview.Place("new", place.toString()));
            }
        }
        return new RestorePreview.Effects(step.backup().id().value(), step.objects(), 0, roots.size(), 0, 0, 0, roots);
    }

    private RestorePreview.Effects looked(RestorePlan.Step step, RestoreRequest request) throws IOException {
        Backup backup = step.backup();
        NewestObjects newest = NewestObjects.of(services.catalog(), step);
        HostFiles files = services.files();
        List<Placement.Pair> pairs = Destinations.of(request, RestorePlanner.roots(backup));
        Look look = new Look(files, Placement.of(files, pairs, request.objects(), ""), request.existing());
        try {
            services.catalog().objects(backup.id(), "", object -> {
                if (newest.isFromHere(object.path())) {
                    look.take(object);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return look.effects(backup.id().value());
    }

    /** The counts while they grow. One thread. */
    private static final class Look {
        private final HostFiles files;
        private final Placement placement;
        private final RestoreRequest.Existing existing;
        private final List<RestorePreview.Place> shown = new ArrayList<>();
        private final Map<Collision, Long> counts = new EnumMap<>(Collision.class);

        Look(HostFiles files, Placement placement, RestoreRequest.Existing existing) {
            this.files = files;
            this.placement = placement;
            this.existing = existing;
        }

        void take(ObjectEntry object) {
            try {
                Path place = place(object);
                if (place == null) {
                    return;
                }
                FileStatus there = files.exists(place) ? files.status(place) : null;
                Collision collision = Collision.of(existing, there, kind(object.type()), object.modified());
                if (collision == Collision.REPLACE_EMPTY_FOLDER
                        && !files.list(place).isEmpty()) {
                    collision = Collision.REFUSE;
                }
                count(collision, place.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private @Nullable Path place(ObjectEntry object) throws IOException {
            try {
                return placement.of(object.path());
            } catch (BackupException e) {
                if (!e.is(FileFault.NOT_CONFINED)) {
                    throw e;
                }
                count(Collision.REFUSE, object.path());
                return null;
            }
        }

        private void count(Collision collision, String path) {
            counts.merge(collision, 1L, Long::sum);
            String effect = switch (collision) {
                case NEW, MERGE -> "";
                case REPLACE, REPLACE_EMPTY_FOLDER -> "replaced";
                case KEEP, KEEP_OTHER_KIND -> "kept";
                case RENAME -> "renamed";
                case REFUSE -> "refused";
            };
            if (!effect.isEmpty() && shown.size() < RestorePreview.Effects.MOST_SHOWN) {
                shown.add(new RestorePreview.Place(effect, path));
            }
        }

        private long of(Collision collision) {
            return counts.getOrDefault(collision, 0L);
        }

        RestorePreview.Effects effects(long backup) {
            return new RestorePreview.Effects(
                    backup,
                    of(Collision.NEW),
                    of(Collision.MERGE),
                    of(Collision.REPLACE) + of(Collision.REPLACE_EMPTY_FOLDER),
                    of(Collision.KEEP) + of(Collision.KEEP_OTHER_KIND),
                    of(Collision.RENAME),
                    of(Collision.REFUSE),
                    shown);
        }

        private static FileKind kind(char type) {
            return switch (type) {
                case 'd' -> FileKind.FOLDER;
                case 'l' -> FileKind.LINK;
                case 'p' -> FileKind.FIFO;
                case 'c' -> FileKind.CHARACTER_DEVICE;
                case 'b' -> FileKind.BLOCK_DEVICE;
                case 's' -> FileKind.SOCKET;
                default -> FileKind.REGULAR;
            };
        }
    }
}
