package io.saddlebag.restore;

import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.ReadMember;
import io.saddlebag.posix.RawPath;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Puts members into a tree of files (C7). Each file is written under a temporary name, compared with its checksum in the
 * catalog and then takes its own name by renaming, so that nothing is ever half there and nothing damaged takes the place
 * of something whole. Folders get their attributes when everything in them is done.
 */
final class TreeSink implements MemberSink, Closeable {
    /** A file of more is asked room for before it is written. */
    private static final long LONG_BYTES = 1L << 20;

    private final HostFiles files;
    private final RestoredFolders folders;
    private final Placement placement;
    private final Manner manner;
    private final Expected expected;
    private final Notes notes;
    private final RestoredAttributes attributes;
    private final SpecialPowers powers;
    private final Replacement replacement;
    private final DurableBatch batch;
    private final OpenFolders open;
    private final PlaceChooser places;
    private final ContentCopy contents = new ContentCopy();
    private long restored;

    /** @param workers make small files; not owned */
    TreeSink(
            HostFiles files,
            RestoredFolders folders,
            Placement placement,
            Expected expected,
            Notes notes,
            Manner manner,
            Executor workers) {
        this.files = files;
        this.folders = folders;
        this.placement = placement;
        this.manner = manner;
        this.expected = expected;
        this.notes = oneByOne(notes);
        this.attributes = new RestoredAttributes(files, manner.privilege(), this.notes);
        this.powers = new SpecialPowers(manner.privilege(), manner.powers(), this.notes);
        this.replacement = new Replacement(files);
        this.batch = manner.durability() == Durability.EACH
                ? DurableBatch.ofOne(files)
                : DurableBatch.ofMany(files, workers);
        this.open = new OpenFolders(files, folders, attributes, batch, manner);
        this.places = new PlaceChooser(files, placement, manner.existing(), batch, this.notes);
    }

    /** Workers have remarks, too. */
    private static Notes oneByOne(Notes notes) {
        Object lock = new Object();
        return text -> {
            synchronized (lock) {
                notes.note(text);
            }
        };
    }

    long restored() {
        return restored;
    }

    @Override
    public void accept(ReadMember read) throws IOException {
        ImageMember member = read.member();
        Path target = placement.of(member);
        if (target == null) {
            folderAbove(member);
            return;
        }
        if (member.type() != MemberType.DIRECTORY && placement.isTop(target)) {
            placement.closeTop(member);
        }
        open.leaveAllNotAbove(target);
        open.makeParents(target);
        switch (member.type()) {
            case DIRECTORY -> folder(member, target);
            case FILE -> file(read, target);
            case SYMBOLIC_LINK -> link(member, target);
            case HARD_LINK -> hardLink(member, target);
            case FIFO -> special(member, target, FileKind.FIFO);
            case CHARACTER_DEVICE -> device(member, target, FileKind.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> device(member, target, FileKind.BLOCK_DEVICE);
            case SOCKET -> notes.note(member.absolutePath() + ": a socket is made by the program that listens on it");
            case DELETED -> throw new IllegalStateException("nothing is restored of what was deleted");
        }
        if (member.type() != MemberType.FILE && member.type() != MemberType.DIRECTORY) {
            placement.forgetWays();
        }
        restored++;
    }

    /** Ends the folders that are still open, and makes all names durable. */
    void finish() throws IOException {
        open.leaveAll();
        batch.flush();
    }

    /** Without {@link #finish}, removes the parts of what hasn't its name yet. */
    @Override
    public void close() throws IOException {
        batch.close();
    }

    /**
     * Gives a folder its attributes after all lanes were restored. One that was there before keeps its own, unless it is to be
     * replaced.
     */
    void endFolder(ObjectEntry folder) {
        try {
            Path wanted = placement.of(folder.path());
            Path target = wanted == null ? placement.ofFolderAbove(folder.path()) : wanted;
            boolean replaces = wanted != null && manner.existing() == RestoreRequest.Existing.REPLACE;
            if (target != null
                    && (replaces || folders.wasMade(target))
                    && files.find(target)
                            .filter(there -> there.is(FileKind.FOLDER))
                            .isPresent()) {
                MemberAttributes kept = folders.kept(target);
                if (kept == null) {
                    attributes.set(target, folder, folders.accessedOr(target, folder.modified()));
                } else {
                    attributes.set(target, kept);
                    attributes.setFlags(target, kept);
                }
                if (manner.durability() != Durability.BY_CALLER) {
                    files.syncFolder(target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder on the way to something wanted is made as it was, and left alone when it is there. */
    private void folderAbove(ImageMember member) throws IOException {
        Path target = member.type() == MemberType.DIRECTORY ? placement.ofFolderAbove(member.exactPath()) : null;
        if (target != null && (!files.exists(target) || folders.wasMade(target))) {
            open.leaveAllNotAbove(target);
            open.makeParents(target);
            open.enter(target, powers.of(member));
        }
    }

    private void folder(ImageMember member, Path target) throws IOException {
        PlaceChooser.Place place = places.choose(target, member, FileKind.FOLDER);
        if (place == null) {
            return;
        }
        MemberAttributes wanted = powers.of(member);
        if (place.collision() != Collision.REPLACE) {
            open.enter(place.path(), wanted);
            return;
        }
        placement.forgetWays();
        replacement.byFolder(place.path(), path -> {
            if (!folders.make(path)) {
                throw new IllegalStateException(path + " was out of the way");
            }
        });
        open.made(place.path(), wanted);
    }

    private void file(ReadMember read, Path target) throws IOException {
        ImageMember member = read.member();
        PlaceChooser.Place found = places.choose(target, member, FileKind.REGULAR);
        if (found == null) {
            return;
        }
        if (found.collision() != Collision.NEW) {
            placement.forgetWays();
        }
        if (manner.durability() == Durability.BY_SINK
                && member.sparse() == null
                && member.size() <= SmallFile.MOST_BYTES) {
            smallFile(read, found);
        } else {
            longFile(read, found);
        }
        open.touched(found.path());
    }

    /** Its content is read and compared here, and it is made by whoever has time. */
    private void smallFile(ReadMember read, PlaceChooser.Place found) throws IOException {
        ImageMember member = read.member();
        MemberAttributes wanted = powers.of(member);
        byte[] content = new byte[(int) member.size()];
        read.content().readNBytes(content, 0, content.length);
        expected.require(member.exactPath(), read.sha256());
        batch.make(
                new SmallFile(files, attributes, found.path(), ByteBuffer.wrap(content), wanted),
                found.path(),
                content.length,
                () -> places.clear(found, member),
                () -> attributes.setFlags(found.path(), wanted));
    }

    private void longFile(ReadMember read, PlaceChooser.Place found) throws IOException {
        ImageMember member = read.member();
        Path place = found.path();
        MemberAttributes wanted = powers.of(member);
        NewFile written = files.create(place);
        boolean kept = false;
        try {
            if (member.sparse() != null || member.size() > LONG_BYTES) {
                // what the file system can't hold fails before a long hole is read
                written.setLength(member.size());
            }
            contents.copy(read.content(), written.channel(), member.sparse());
            expected.require(member.exactPath(), read.sha256());
            attributes.set(written, place, wanted);
            if (manner.durability() == Durability.BY_CALLER) {
                places.clear(found, member);
                written.replaceUnsynced();
                attributes.setFlags(place, wanted);
            } else {
                kept = true;
                batch.add(
                        written,
                        place,
                        member.dataBytes(),
                        () -> places.clear(found, member),
                        () -> attributes.setFlags(place, wanted));
            }
        } finally {
            if (!kept) {
                written.close();
            }
        }
    }

    private void link(ImageMember member, Path target) throws IOException {
        Path to = RawPath.of(Objects.requireNonNull(member.link()).toBytes());
        MemberAttributes wanted = powers.of(member);
        put(
                member,
                target,
                FileKind.LINK,
                path -> files.makeLink(path, to),
                path -> attributes.setOfLink(path, wanted));
    }

    private void hardLink(ImageMember member, Path target) throws IOException {
        Path first = placement.ofTarget(member);
        if (first == null) {
            notes.note(member.absolutePath() + ": is a further name of /" + member.link()
                    + ", which is not being restored; ask for that one too");
            return;
        }
        batch.nameIfHeld(first);
        batch.nameIfHeld(places.suffixed(first));
        if (!files.exists(first)) {
            // it could not be read at backup, or the image is not what it says
            notes.note(member.absolutePath() + ": is a further name of /" + member.link()
                    + ", which the image doesn't hold, and is left out");
            return;
        }
        Path restored = restoredAs(first, member);
        if (restored == null) {
            notes.note(member.absolutePath() + ": is a further name of /" + member.link()
                    + ", and what stands there was kept and is another file; restore both to another place with --to");
            return;
        }
        put(member, target, FileKind.REGULAR, path -> files.makeHardLink(path, restored), path -> {});
    }

    /** Where the file is of which a link gives a further name; null when another file stands there and was kept. */
    private @Nullable Path restoredAs(Path first, ImageMember link) throws IOException {
        return switch (manner.existing()) {
            case REPLACE -> first;
            case RENAME -> files.exists(places.suffixed(first)) ? places.suffixed(first) : first;
            case KEEP, KEEP_NEWER -> isAsBackedUp(first, link) ? first : null;
        };
    }

    private boolean isAsBackedUp(Path file, ImageMember link) throws IOException {
        FileStatus there = files.status(file);
        return there.is(FileKind.REGULAR)
                && there.times().modified().equals(link.attributes().times().modified());
    }

    private void device(ImageMember member, Path target, FileKind kind) throws IOException {
        if (powers.mayMakeDevice(member)) {
            special(member, target, kind);
        }
    }

    private void special(ImageMember member, Path target, FileKind kind) throws IOException {
        DeviceNumber number = number(member);
        MemberAttributes wanted = powers.of(member);
        put(member, target, kind, path -> files.makeSpecial(path, kind, number), path -> attributes.set(path, wanted));
    }

    private static DeviceNumber number(ImageMember member) throws BackupException {
        var device = member.device();
        if (device == null) {
            return DeviceNumber.NONE;
        }
        if (device.major() > DeviceNumber.LAST_MAJOR || device.minor() > DeviceNumber.LAST_MINOR) {
            throw new BackupException(
                    RestoreFault.UNSAFE_MEMBER,
                    member.absolutePath() + " is device " + device.major() + ":" + device.minor()
                            + " in the image, which no system knows",
                    "Don't trust this image; leave devices out if you must restore it.");
        }
        return new DeviceNumber((int) device.major(), (int) device.minor());
    }

    /** Anything but files and folders. */
    private void put(
            ImageMember member, Path target, FileKind kind, Replacement.Making making, Replacement.Making dressing)
            throws IOException {
        PlaceChooser.Place place = places.choose(target, member, kind);
        if (place == null) {
            return;
        }
        replacement.put(place.path(), making, path -> {
            dressing.at(path);
            places.clear(place, member);
        });
        open.touched(place.path());
    }

    /** When what is restored is made durable. */
    enum Durability {
        /** Each object before the next one. */
        EACH,
        /** Many at a time, each file before it gets its name; all of them when the sink is finished. */
        BY_SINK,
        /** Not by this sink: nothing counts before the caller has made all of it durable. */
        BY_CALLER
    }

    /**
     * How objects are put into the tree.
     *
     * @param existing what happens where something is already
     * @param powers whether devices, set-user-id bits and capabilities are wanted
     * @param privilege whether they, and owners, can be had
     */
    record Manner(
            RestoreRequest.Existing existing,
            RestoreRequest.Powers powers,
            RestoreServices.Privilege privilege,
            Durability durability) {}

    /** What the catalog says of files. */
    interface Expected {
        /** @throws BackupException {@link RestoreFault#DIFFERS} when the digest isn't the recorded one */
        void require(String path, String sha256) throws IOException;
    }

    /** Takes remarks for the transcript. */
    interface Notes {
        void note(String text) throws IOException;
    }
}
