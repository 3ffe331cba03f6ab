package io.saddlebag.group;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the backups of one recovery point have in common. It is among the facts of each of them, in the catalog and in the image, so
 * that a catalog rebuilt from media knows it, too.
 *
 * @param id of this point, and of no other
 * @param members all of them: the point is whole when there is a backup of each
 */
public record RecoveryPoint(String group, String id, List<String> members) {
    private static final String GROUP = "group";
    private static final String ID = "group-id";
    private static final String MEMBERS = "group-members";

    public RecoveryPoint {
        members = List.copyOf(members);
    }

    /** Facts of a backup. */
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(GROUP, group);
        facts.put(ID, id);
        facts.put(MEMBERS, String.join("\n", members));
        return facts;
    }

    /** Of a backup's facts; empty when it belongs to no group. */
    public static Optional<RecoveryPoint> of(Map<String, String> facts) {
        String group = facts.get(GROUP);
        String id = facts.get(ID);
        String members = facts.get(MEMBERS);
        return group == null || id == null || members == null
                ? Optional.empty()
                : Optional.of(new RecoveryPoint(group, id, members.lines().toList()));
    }
}
