package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.PartSwitch;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tablespaces, and journals outside of the data directory, in new places (R2): the server keeps their places as links in its data
 * directory. That of the data directory itself is known to nobody but the configuration.
 */
final class MovedParts implements PartSwitch {
    /** The server refuses quotes in the place of a tablespace; its files of one line can't hold line ends. */
    private static final String REFUSED = "'\n\r";
    /** {@code MAXPGPATH}, less the names that the server puts below. */
    private static final int MOST_BYTES = 900;

    private final PostgresqlSettings settings;
    private final ServerPrograms programs;

    MovedParts(PostgresqlSettings settings, ServerPrograms programs) {
        this.settings = settings;
        this.programs = programs;
    }

    @Override
    public void require(Map<Path, Path> moves) throws IOException, InterruptedException {
        programs.check();
        for (Map.Entry<Path, Path> move : moves.entrySet()) {
            requireLinked(move.getKey());
            requirePlace(move.getValue());
        }
    }

    private void requireLinked(Path part) throws BackupException {
        if (part.equals(settings.dataDirectory()) || settings.parameterFiles().contains(part)) {
            throw refused(
                    part + " can't get another place by a restore: where it is, only the configuration says",
                    "Switch tablespaces and a pg_wal outside of the data directory. For the data directory: restore with"
                            + " --map and without --database, then change option data.");
        }
    }

    private void requirePlace(Path place) throws IOException, InterruptedException {
        String text = place.toString();
        if (place.startsWith(settings.dataDirectory())) {
            throw refused(place + " is within the data directory", "Give a place outside of it.");
        }
        if (text.chars().anyMatch(each -> REFUSED.indexOf(each) >= 0)
                || text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw refused(
                    "the server can't use \"" + text + "\": it has quotes or line ends, or is longer than "
                            + MOST_BYTES,
                    "Give a place with a shorter or plainer name.");
        }
        Path above = place.getParent();
        if (above != null && !programs.mayEnter(above)) {
            throw refused(
                    "the server's user can't get to " + above,
                    "Let it walk down there (chmod o+x on each folder above), or give another place.");
        }
    }

    @Override
    public void point(Map<Path, Path> moves, UnaryOperator<Path> staged) throws IOException {
        Set<Path> left = new LinkedHashSet<>(moves.keySet());
        new TablespaceLinks(staged.apply(settings.dataDirectory()), settings.dataDirectory()).turn(old -> {
            Path moved = partAt(old, moves);
            if (moved == null) {
                return null;
            }
            left.remove(moved);
            return moves.get(moved);
        });
        if (!left.isEmpty()) {
            throw refused(
                    "the restored data directory has no tablespace or pg_wal at " + left,
                    "Map the places that the parts had when they were backed up.");
        }
    }

    /** The component's path was the real one; the server's own may lead there through links. */
    private static @Nullable Path partAt(Path place, Map<Path, Path> moves) throws IOException {
        if (moves.containsKey(place)) {
            return place;
        }
        Path real = Files.exists(place) ? place.toRealPath() : place;
        return moves.containsKey(real) ? real : null;
    }

    private BackupException refused(String what, String hint) {
        return new BackupException(DatabaseFault.NO_SWITCH, "database " + settings.name() + ": " + what, hint);
    }
}
