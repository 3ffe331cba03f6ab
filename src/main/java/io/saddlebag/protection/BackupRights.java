package io.saddlebag.protection;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with a backup on disk, as its image and the catalog keep it (M29).
 *
 * @param said when it was written
 * @param writer the user who wrote it, and whose it is where no owner was said
 */
public record BackupRights(FileRights said, String writer) {
    private static final String WRITER = "writer";

    /** What is kept; nothing where nothing was said. */
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        if (said.isSaid()) {
            facts.put(FileRights.PROTECTION, said.protectionOrDefault().toString());
            Owner owner = said.owner();
            if (owner == null) {
                facts.put(WRITER, writer);
            } else {
                facts.put(FileRights.OWNER, owner.toString());
            }
        }
        return facts;
    }

    /**
     * By what was kept. What can't be understood is the system's alone: an image that was read in may say anything.
     *
     * @param facts of a backup, these among others
     */
    public static BackupRights of(Map<String, String> facts) {
        String writer = facts.getOrDefault(WRITER, "");
        String protection = facts.get(FileRights.PROTECTION);
        try {
            FileRights said = FileRights.parse(facts.get(FileRights.OWNER), protection);
            return new BackupRights(said, writer);
        } catch (IllegalArgumentException e) {
            return new BackupRights(new FileRights(null, Protection.parseForDisk("S:RWED,O,G,W")), "");
        }
    }

    /**
     * Whether somebody may do that with the backup. The system may do everything with files that it can give to others.
     *
     * @param who null for the system itself, as in what runs by a schedule
     */
    public boolean allow(@Nullable Requester who, Access what) {
        if (!said.isSaid() || who == null) {
            return true;
        }
        UserClass in = whose().classOf(who);
        return in == UserClass.SYSTEM || said.protectionOrDefault().allows(in, what);
    }

    private Owner whose() {
        Owner owner = said.owner();
        return owner == null ? new Owner(null, writer) : owner;
    }

    /** For people: {@code belongs to jane with protection S:RWED,O:RE,G,W}. */
    @Override
    public String toString() {
        return new FileRights(whose(), said.protection()).toString();
    }
}
