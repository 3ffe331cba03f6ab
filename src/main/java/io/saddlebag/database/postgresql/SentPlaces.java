package io.saddlebag.database.postgresql;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** To which place on the source each tar of a copy belongs, and in which order they come: tablespaces, then the data directory. */
final class SentPlaces {
    private static final Pattern TABLESPACE = Pattern.compile("([0-9]{1,10})\\.tar");
    private static final String DATA = "base.tar";

    /** The folder of journals in the data directory. */
    static final String JOURNALS = "pg_wal";

    private final String database;
    private final Path data;
    private final @Nullable Path journal;
    private final Map<String, Path> awaited = new HashMap<>();
    private final List<Link> links = new ArrayList<>();
    private boolean dataCame;

    /**
     * A tablespace's link in the data directory.
     *
     * @param target as the server has it
     */
    record Link(String name, String target) {}

    /**
     * A tar.
     *
     * @param folder to which the names in it belong
     * @param manifest what comes before these names in the manifest
     */
    record Place(Path folder, String manifest) {}

    /**
     * @param components whose files the server sends
     * @param announced number and place of each tablespace, as the server says; both empty for the data directory
     * @throws BackupException when the server has one that is no component
     */
    SentPlaces(String database, Path data, List<DatabaseComponent> components, List<List<String>> announced)
            throws IOException {
        this.database = database;
        this.data = data;
        this.journal = journal(components);
        for (List<String> each : announced) {
            String number = each.get(0);
            if (!number.isEmpty()) {
                links.add(new Link(number, each.get(1)));
                awaited.put(number, tablespace(number, components));
            }
        }
    }

    private static @Nullable Path journal(List<DatabaseComponent> components) {
        return components.stream()
                .filter(part -> part.kind() == DatabaseComponent.Kind.JOURNAL)
                .map(DatabaseComponent::path)
                .findFirst()
                .orElse(null);
    }

    private Path tablespace(String number, List<DatabaseComponent> components) throws BackupException {
        return components.stream()
                .filter(part -> part.kind() == DatabaseComponent.Kind.TABLESPACE)
                .filter(part -> part.name().endsWith(" " + number))
                .map(DatabaseComponent::path)
                .findFirst()
                .orElseThrow(() -> new BackupException(
                        DatabaseFault.BACKUP_MODE_FAILED,
                        "tablespace " + number + " of database " + database
                                + " has no folder outside of the data directory",
                        "Move it, or back the database up with another --provider, such as none."));
    }

    /** The tar of that name comes now. */
    Place tar(String name) throws BackupException {
        Matcher tablespace = TABLESPACE.matcher(name);
        if (dataCame) {
            throw wrong(name + " comes behind the data directory");
        }
        if (name.equals(DATA)) {
            dataCame = true;
            if (!awaited.isEmpty()) {
                throw wrong("the data directory comes before tablespaces " + awaited.keySet());
            }
            return new Place(data, "");
        }
        Path folder = tablespace.matches() ? awaited.remove(tablespace.group(1)) : null;
        if (folder == null) {
            throw wrong(name + " comes, which wasn't announced");
        }
        return new Place(folder, TablespaceLinks.FOLDER + "/" + tablespace.group(1) + "/");
    }

    /** All tars have come. */
    void requireAll() throws BackupException {
        if (!dataCame) {
            throw wrong("the data directory didn't come");
        }
    }

    /** Of the tablespaces, to be made in the data directory. */
    List<Link> links() {
        return links;
    }

    /** Where journals are when it isn't in the data directory; null when it is. */
    @Nullable
    Path journal() {
        return journal;
    }

    /** What the data directory has in the place of its journals then. */
    Path journalLink() throws IOException {
        return Files.readSymbolicLink(data.resolve(JOURNALS));
    }

    private BackupException wrong(String why) {
        return BaseBackup.notAsSent(database, why);
    }
}
