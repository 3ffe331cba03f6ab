package io.saddlebag.restore;

import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Inode;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.MemberAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives restored objects what they had (D3): owner, mode, extended attributes with access control lists and capabilities,
 * times, flags. What the target's file system or this process's rights don't allow is noted once for each kind. Thread-safe.
 */
final class RestoredAttributes {
    /** Those that a new file may have got from its folder, or an old one had, and that the backed-up one didn't have. */
    private static final Set<String> REMOVED =
            Set.of("user.", "system.posix_acl_", "security.capability", "trusted.overlay.");

    private final HostFiles files;
    private final RestoreServices.Privilege privilege;
    private final TreeSink.Notes notes;
    private final Set<String> noted = ConcurrentHashMap.newKeySet();

    RestoredAttributes(HostFiles files, RestoreServices.Privilege privilege, TreeSink.Notes notes) {
        this.files = files;
        this.privilege = privilege;
        this.notes = notes;
    }

    /** All but the flags, in the order in which none undoes another. */
    void set(Path path, MemberAttributes attributes) throws IOException {
        set(files.named(path), path, attributes);
    }

    /**
     * As {@link #set(Path, MemberAttributes)}.
     *
     * @param shown in remarks
     */
    void set(Inode object, Path shown, MemberAttributes attributes) throws IOException {
        owner(object, attributes);
        object.setMode(attributes.mode());
        extended(object, shown, attributes.xattrs());
        times(object, attributes);
    }

    /** As {@link #set(Path, MemberAttributes)}, of a link, which has no mode. */
    void setOfLink(Path link, MemberAttributes attributes) throws IOException {
        Inode object = files.named(link);
        owner(object, attributes);
        extended(object, link, attributes.xattrs());
        times(object, attributes);
    }

    /** After everything else, the name included: some flags forbid all that. */
    void setFlags(Path path, MemberAttributes attributes) throws IOException {
        if (attributes.flags().isEmpty()) {
            return;
        }
        Set<FileFlag> flags = EnumSet.noneOf(FileFlag.class);
        for (String word : attributes.flags()) {
            FileFlag.ofWord(word).ifPresent(flags::add);
        }
        allowed("flags " + flags, path, () -> files.setFlags(path, flags));
    }

    /** What the catalog knows of a folder that had nothing more but a time of access. */
    void set(Path path, ObjectEntry folder, Instant accessed) throws IOException {
        if (privilege == RestoreServices.Privilege.SETS_OWNERS) {
            files.setOwner(path, (int) folder.uid(), (int) folder.gid());
        }
        files.setMode(path, folder.mode());
        extended(files.named(path), path, Map.of());
        files.setTimes(path, accessed, folder.modified());
    }

    private void owner(Inode object, MemberAttributes attributes) throws IOException {
        if (privilege == RestoreServices.Privilege.SETS_OWNERS) {
            object.setOwner(
                    (int) attributes.owner().uid(), (int) attributes.owner().gid());
        }
    }

    private void extended(Inode object, Path shown, Map<String, ByteString> wanted) throws IOException {
        for (String name : object.attributeNames()) {
            if (!wanted.containsKey(name) && REMOVED.stream().anyMatch(name::startsWith)) {
                object.removeAttribute(name);
            }
        }
        for (var xattr : wanted.entrySet()) {
            allowed(
                    "attribute " + xattr.getKey(),
                    shown,
                    () -> object.setAttribute(xattr.getKey(), xattr.getValue().toBytes()));
        }
    }

    private static void times(Inode object, MemberAttributes attributes) throws IOException {
        Instant modified = attributes.times().modified();
        Instant accessed = attributes.times().accessed();
        object.setTimes(accessed == null ? modified : accessed, modified);
    }

    private void allowed(String what, Path path, Setting setting) throws IOException {
        try {
            setting.set();
        } catch (BackupException e) {
            boolean mayLack = privilege == RestoreServices.Privilege.KEEPS_OWN && e.is(FileFault.PERMISSION);
            if (!mayLack && !e.is(FileFault.UNSUPPORTED)) {
                throw e;
            }
            if (noted.add(what)) {
                notes.note(path + ", and perhaps others, are restored without " + what + ": " + e.what());
            }
        }
    }

    private interface Setting {
        void set() throws IOException;
    }
}
