package io.saddlebag.backup;

import io.saddlebag.image.ImageSource;

/** What each lane of an image has of its objects (M28). Lanes are read by several threads at once, each by one. */
interface LaneShares {
    /** @param index from 0 */
    ImageSource lane(int index);
}
