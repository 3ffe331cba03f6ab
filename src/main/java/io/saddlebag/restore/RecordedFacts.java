package io.saddlebag.restore;

import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.ReadMember;

/** What the catalog knows of an object, held against what stands in the image. */
final class RecordedFacts {
    private RecordedFacts() {}

    static boolean fit(ObjectEntry recorded, ReadMember read) {
        ImageMember member = read.member();
        MemberAttributes attributes = member.attributes();
        // earlier versions recorded names that aren't UTF-8 as people see them
        boolean named =
                recorded.path().equals(member.exactPath()) || recorded.path().equals(member.absolutePath());
        return named
                && recorded.offset() == read.offset()
                && recorded.type() == member.type().letter()
                && recorded.size() == member.size()
                && recorded.mode() == attributes.mode()
                && recorded.uid() == attributes.owner().uid()
                && recorded.gid() == attributes.owner().gid()
                && recorded.modified().equals(attributes.times().modified());
    }
}
