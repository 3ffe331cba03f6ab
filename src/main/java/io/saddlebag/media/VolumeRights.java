package io.saddlebag.media;

import io.saddlebag.protection.Access;
import io.saddlebag.protection.Owner;
import io.saddlebag.protection.Requester;
import io.saddlebag.protection.UserClass;

/** Who may do what with a volume (M10, M29). */
public final class VolumeRights {
    private VolumeRights() {}

    /** Whether images may be appended: by its protection, or by its owner alone when that says nothing. */
    public static boolean mayAppend(Volume volume, Requester who) {
        return volume.protection() == null
                ? volume.owner().equals(who.user())
                : volume.protection().allows(classOf(volume, who), Access.WRITE);
    }

    /** Whether it may be written over, once nothing on it is valid any more: by its owner and the system, whoever may write. */
    public static boolean mayOverwrite(Volume volume, Requester who) {
        UserClass in = classOf(volume, who);
        return volume.protection() == null
                ? volume.owner().equals(who.user())
                : in == UserClass.SYSTEM || in == UserClass.OWNER;
    }

    /** Whether its images may be read: by its protection, or by all when that says nothing. */
    public static boolean mayRead(Volume volume, Requester who) {
        return volume.protection() == null || volume.protection().allows(classOf(volume, who), Access.READ);
    }

    private static UserClass classOf(Volume volume, Requester who) {
        if (volume.owner().equals(who.user())) {
            return who.privileged() ? UserClass.SYSTEM : UserClass.OWNER; // also a name that is no owner's form
        }
        try {
            return Owner.parse(volume.owner()).classOf(who);
        } catch (IllegalArgumentException e) {
            return who.privileged() ? UserClass.SYSTEM : UserClass.WORLD;
        }
    }
}
