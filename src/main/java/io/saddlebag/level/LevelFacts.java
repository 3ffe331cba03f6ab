package io.saddlebag.level;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a backup's facts say of its level; they are in its image, too, so that a rebuilt catalog knows them.
 *
 * @param parent the image on top of which it was made; null for one of everything
 */
public record LevelFacts(BackupLevel level, @Nullable String parent) {
    private static final String LEVEL = "level";
    private static final String PARENT = "parent";
    /** Of something else than files, which have levels of their own. */
    private static final String KIND = "kind";

    public LevelFacts {
        if (level.isFull() != (parent == null)) {
            throw new IllegalArgumentException("a backup of level " + level + " on top of " + parent);
        }
    }

    public Map<String, String> toMap() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(LEVEL, level.toString());
        if (parent != null) {
            facts.put(PARENT, parent);
        }
        return facts;
    }

    /** Empty for backups without a level: those of disks, of databases that are taken whole, and those that were made before there were levels. */
    public static Optional<LevelFacts> of(Map<String, String> facts) {
        String level = facts.get(LEVEL);
        if (level == null || facts.containsKey(KIND)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LevelFacts(BackupLevel.parse(level), facts.get(PARENT)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
