package io.saddlebag.restore;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Puts restored components in the place of a database's own by renaming, all of them or none, whatever dies meanwhile.
 *
 * <p>Everything is restored beside the original first. The decision is one durable marker file, made by the guard that would
 * otherwise start the database on its old files; from then on the swap is only ever completed, by the guard, the restoring
 * process after a failure, or the next start. What was there stays, under another name: nothing
 * that a restore replaces is deleted by it.
 *
 * <p>The renames of one component: its attendants, {@code live -> before}, {@code restored -> live}. Each state between can be told from
 * which of the three names exist, so that completing twice does no harm.
 */
public final class ComponentSwap {
    private static final String RESTORED = ".saddlebag-restored-";
    private static final String BEFORE = ".saddlebag-before-";
    private static final String MARKER = ".saddlebag-swap-";
    private static final String LIVE = "live.";
    private static final String ATTENDANT = ".attendant.";

    private final HostFiles files;
    private final String job;
    private final List<Path> live;
    private final Map<Path, List<String>> attendants = new HashMap<>();

    /** Of components without attendants. */
    public ComponentSwap(HostFiles files, String job, List<Path> live) {
        this(files, job, live, place -> List.of());
    }

    /**
     * @param job the job's name in the form of file names
     * @param live the components' places
     * @param attendants endings of the names of what is set aside with what is in such a place, under the name that this gets and the same
     *     ending; components among them are swapped by themselves
     */
    public ComponentSwap(HostFiles files, String job, List<Path> live, Function<Path, List<String>> attendants) {
        this.files = files;
        this.job = job;
        this.live = List.copyOf(live);
        for (Path place : live) {
            this.attendants.put(
                    place,
                    attendants.apply(place).stream()
                            .filter(ending -> !live.contains(with(place, ending)))
                            .toList());
        }
        if (live.isEmpty()) {
            throw new IllegalArgumentException("a swap of nothing");
        }
    }

    /** From facts made by {@link #facts()}, in another process. */
    public static ComponentSwap of(HostFiles files, Map<String, String> facts) {
        List<Path> live =
                listed(facts, LIVE).stream().map(each -> Path.of(each)).toList();
        return new ComponentSwap(
                files,
                facts.getOrDefault("swap", ""),
                live,
                place -> listed(facts, LIVE + live.indexOf(place) + ATTENDANT));
    }

    private static List<String> listed(Map<String, String> facts, String prefix) {
        List<String> all = new ArrayList<>();
        for (int i = 0; facts.containsKey(prefix + i); i++) {
            all.add(facts.get(prefix + i));
        }
        return all;
    }

    private static Path with(Path place, String ending) {
        return place.resolveSibling(place.getFileName() + ending);
    }

    /** What another process needs to finish it. */
    public Map<String, String> facts() {
        Map<String, String> facts = new java.util.LinkedHashMap<>();
        facts.put("swap", job);
        for (int i = 0; i < live.size(); i++) {
            facts.put(LIVE + i, live.get(i).toString());
            List<String> endings = attendants.getOrDefault(live.get(i), List.of());
            for (int j = 0; j < endings.size(); j++) {
                facts.put(LIVE + i + ATTENDANT + j, endings.get(j));
            }
        }
        return facts;
    }

    /** Where that component is restored to first. */
    public Path staging(Path component) {
        return component.resolveSibling(component.getFileName() + RESTORED + job);
    }

    /** Where what was there before is kept. */
    public Path before(Path component) {
        return component.resolveSibling(component.getFileName() + BEFORE + job);
    }

    /** What other restores of a component had staged, and left when their processes died. */
    List<Path> stagesBefore(Path component) throws IOException {
        return stagesBeside(files, component).stream()
                .filter(each -> !each.equals(staging(component)))
                .toList();
    }

    static List<Path> stagesBeside(HostFiles files, Path component) throws IOException {
        Path folder = component.getParent();
        if (folder == null || !files.exists(folder) || !files.status(folder).is(FileKind.FOLDER)) {
            return List.of();
        }
        String prefix = component.getFileName() + RESTORED;
        return files.list(folder).stream()
                .filter(each -> String.valueOf(each.getFileName()).startsWith(prefix))
                .toList();
    }

    /** Removes one of {@link #stagesBefore}; that of a swap which was decided is none, for this one was not begun then. */
    void removeStageBefore(Path stage) throws IOException {
        deleteTree(stage);
    }

    /** Removes what was restored of these components and isn't going to be swapped in; no effect once that is decided. */
    public void clearStaging(List<Path> components) throws IOException {
        if (isDecided()) {
            return;
        }
        for (Path component : components) {
            deleteTree(staging(component));
        }
    }

    /** As {@link #clearStaging(List)}, of all components. */
    public void clearStaging() throws IOException {
        clearStaging(live);
    }

    /**
     * Checks that no other restore of these components was decided and is not in place yet: completed later, it would put its
     * components among newer ones.
     *
     * @throws BackupException naming it
     */
    public void requireNoOther() throws IOException {
        for (Path component : live) {
            String prefix = component.getFileName() + MARKER;
            for (Path beside : files.list(folderOf(component))) {
                String name = String.valueOf(beside.getFileName());
                if (name.startsWith(prefix) && !beside.equals(marker())) {
                    throw new BackupException(
                            RestoreFault.IN_THE_WAY,
                            "the restore of job " + name.substring(prefix.length())
                                    + " was decided, and its components are" + " not all in place yet: " + beside,
                            "Start the node again, which completes it, and restore then. Only if it can never be completed:"
                                    + " delete that file and what that restore left in '*" + RESTORED + "*'.");
                }
            }
        }
    }

    /** Whether the restored components are to be swapped in, and are not all in place yet. */
    public boolean isDecided() throws IOException {
        return files.exists(marker());
    }

    /**
     * Checks that every component is staged whole enough to be swapped in: it exists.
     *
     * @throws BackupException naming the one that doesn't
     */
    public void requireStaged() throws IOException {
        for (Path component : live) {
            if (!files.exists(staging(component))) {
                throw new BackupException(
                        RestoreFault.NOTHING_SELECTED,
                        "the backup holds nothing for component " + component,
                        "Choose a backup of this database; 'saddlebag lsbu' lists them.");
            }
        }
    }

    /**
     * Decides for the restored components, durably. From here on only {@link #finish()} is possible. For the guard of the
     * database's lease alone: nobody else knows that the database isn't being started at this moment. Idempotent.
     *
     * @throws BackupException when a component isn't staged; then nothing is decided
     */
    public void decide() throws IOException {
        if (isDecided()) {
            return;
        }
        requireStaged();
        requireNoOther();
        Path marker = marker();
        try (NewFile file = files.create(marker)) {
            file.channel().write(ByteBuffer.wrap("restore decided\n".getBytes(StandardCharsets.UTF_8)));
            file.publish();
        }
        files.syncFolder(folderOf(marker));
    }

    /**
     * Completes a swap that was decided; no effect when none was. Idempotent.
     *
     * @return whether there was one to complete
     */
    public boolean finish() throws IOException {
        if (!isDecided()) {
            return false;
        }
        for (Path component : live) {
            finish(component);
        }
        files.delete(marker());
        files.syncFolder(folderOf(marker()));
        return true;
    }

    /**
     * Gives what is restored its names where nothing is, but for empty folders; for restores beside databases, which nobody starts
     * meanwhile.
     *
     * @throws BackupException {@link io.saddlebag.host.FileFault#NOT_EMPTY} or {@link io.saddlebag.host.FileFault#EXISTS} when
     *     something is there by now
     */
    void takeFreePlaces() throws IOException {
        for (Path component : live) {
            Path staged = staging(component);
            if (files.exists(staged)) {
                files.delete(component);
                files.rename(staged, component);
                files.syncFolder(folderOf(component));
            }
        }
    }

    private void finish(Path component) throws IOException {
        Path staged = staging(component);
        if (!files.exists(staged)) {
            return;
        }
        setAsideAttendants(component);
        if (files.exists(component)) {
            files.rename(component, before(component));
        }
        files.rename(staged, component);
        files.syncFolder(folderOf(component));
    }

    /** Before anything has the component's name that they don't belong to, also after a loss of power. */
    private void setAsideAttendants(Path component) throws IOException {
        boolean any = false;
        for (String ending : attendants.getOrDefault(component, List.of())) {
            Path attendant = with(component, ending);
            if (files.exists(attendant)) {
                files.rename(attendant, with(before(component), ending));
                any = true;
            }
        }
        if (any) {
            files.syncFolder(folderOf(component));
        }
    }

    private Path marker() {
        Path first = live.get(0);
        return first.resolveSibling(first.getFileName() + MARKER + job);
    }

    private static Path folderOf(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("a component can't be a file system's root: " + path);
        }
        return parent;
    }

    private void deleteTree(Path root) throws IOException {
        if (!files.exists(root)) {
            return;
        }
        if (files.status(root).is(FileKind.FOLDER)) {
            for (Path child : files.list(root)) {
                deleteTree(child);
            }
        }
        files.delete(root);
    }
}
