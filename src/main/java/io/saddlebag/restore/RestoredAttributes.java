package io.saddlebag.restore;

import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.MemberAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives restored objects what they had (D3): owner, mode, extended attributes with access control lists and capabilities,
 * times, flags. What the target's file system or this process's rights don't allow is noted once for each kind. One thread.
 */
final class RestoredAttributes {
    /** Those that a new file may have got from its folder, or an old one had, and that the backed-up one didn't have. */
    private static final Set<String> REMOVED =
            Set.of("user.", "system.posix_acl_", "security.capability", "trusted.overlay.");

    /** The first number that is no user's and no group's. */
    private static final long NO_ID = 0xFFFF_FFFFL;

    private final HostFiles files;
    private final RestoreServices.Privilege privilege;
    private final TreeSink.Notes notes;
    private final Set<String> noted = new HashSet<>();

    RestoredAttributes(HostFiles files, RestoreServices.Privilege privilege, TreeSink.Notes notes) {
        this.files = files;
        this.privilege = privilege;
        this.notes = notes;
    }

    /** All but the flags, in the order in which none undoes another. */
    void set(Path path, MemberAttributes attributes) throws IOException {
        owner(path, attributes);
        files.setMode(path, attributes.mode());
        extended(path, attributes.xattrs());
        times(path, attributes);
    }

    /** As {@link #set}, of a link, which has no mode. */
    void setOfLink(Path link, MemberAttributes attributes) throws IOException {
        owner(link, attributes);
        extended(link, attributes.xattrs());
        times(link, attributes);
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

    /** What the catalog knows of a folder that had nothing more. */
    void set(Path path, ObjectEntry folder) throws IOException {
        if (privilege == RestoreServices.Privilege.SETS_OWNERS) {
            files.setOwner(path, (int) folder.uid(), (int) folder.gid());
        }
        files.setMode(path, folder.mode());
        extended(path, Map.of());
        files.setTimes(path, folder.modified(), folder.modified());
    }

    private void owner(Path path, MemberAttributes attributes) throws IOException {
        if (privilege == RestoreServices.Privilege.SETS_OWNERS) {
            long uid = attributes.owner().uid();
            long gid = attributes.owner().gid();
            // a system call would take what is longer for another owner, and the last number for nobody's wish
            // (chown(2))
            if (uid >= NO_ID || gid >= NO_ID) {
                throw new BackupException(
                        RestoreFault.UNSAFE_MEMBER,
                        path + " belongs to " + uid + ":" + gid + " in the image, which no system knows",
                        "Don't trust this image; extract it with tar as an ordinary user if you must.");
            }
            files.setOwner(path, (int) uid, (int) gid);
        }
    }

    private void extended(Path path, Map<String, ByteString> wanted) throws IOException {
        Map<String, byte[]> there = files.attributes(path);
        for (String name : there.keySet()) {
            if (!wanted.containsKey(name) && REMOVED.stream().anyMatch(name::startsWith)) {
                files.removeAttribute(path, name);
            }
        }
        for (var xattr : wanted.entrySet()) {
            allowed(
                    "attribute " + xattr.getKey(),
                    path,
                    () -> files.setAttribute(
                            path, xattr.getKey(), xattr.getValue().toBytes()));
        }
    }

    private void times(Path path, MemberAttributes attributes) throws IOException {
        Instant modified = attributes.times().modified();
        Instant accessed = attributes.times().accessed();
        files.setTimes(path, accessed == null ? modified : accessed, modified);
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
