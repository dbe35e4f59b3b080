//! Sorting as Go sorts, where the outcome shows how: comparisons that say of equals that each comes first, or that
//! have no answer, put lists of a strategic merge patch into an order that only the same steps arrive at.
//!
//! Models Go's `sort` package: `sort.Sort` (pattern-defeating quicksort) and `sort.SliceStable` (insertion sort and
//! merges in place).

/// `sort.Sort` with `less` as it is, consistent or not.
pub(super) fn sort<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    let end = items.len();
    let limit = usize::try_from(end.checked_ilog2().map_or(0, |bits| bits + 1)).unwrap_or(0);
    Sorting { items, less }.quick(0, end, limit);
}

/// `sort.SliceStable` with `less` as it is.
pub(super) fn stable<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    Sorting { items, less }.stable();
}

/// Up to so many items are sorted by insertion.
const MAX_INSERTION: usize = 12;
/// The pivot of more items than this is a median of medians.
const NINTHER: usize = 50;
/// How many items the stable sort sorts by insertion before it merges.
const BLOCK: usize = 20;

struct Sorting<'a, T, F> {
    items: &'a mut [T],
    less: F,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    Unknown,
    Increasing,
    Decreasing,
}

impl<T, F: Fn(&T, &T) -> bool> Sorting<'_, T, F> {
    fn less(&self, i: usize, j: usize) -> bool {
        match (self.items.get(i), self.items.get(j)) {
            (Some(a), Some(b)) => (self.less)(a, b),
            _ => false,
        }
    }

    fn swap(&mut self, i: usize, j: usize) {
        self.items.swap(i, j);
    }

    fn insertion(&mut self, a: usize, b: usize) {
        for i in a + 1..b {
            let mut j = i;
            while j > a && self.less(j, j - 1) {
                self.swap(j, j - 1);
                j -= 1;
            }
        }
    }

    fn quick(&mut self, mut a: usize, mut b: usize, mut limit: usize) {
        let (mut balanced, mut partitioned) = (true, true);
        loop {
            let length = b - a;
            if length <= MAX_INSERTION {
                return self.insertion(a, b);
            }
            if limit == 0 {
                return self.heap(a, b);
            }
            if !balanced {
                self.break_patterns(a, b);
                limit -= 1;
            }
            let (mut pivot, mut hint) = self.choose_pivot(a, b);
            if hint == Hint::Decreasing {
                if let Some(range) = self.items.get_mut(a..b) {
                    range.reverse();
                }
                pivot = (b - 1) - (pivot - a);
                hint = Hint::Increasing;
            }
            if balanced && partitioned && hint == Hint::Increasing && self.partial_insertion(a, b) {
                return;
            }
            if a > 0 && !self.less(a - 1, pivot) {
                a = self.partition_equal(a, b, pivot);
                continue;
            }
            let (mid, already) = self.partition(a, b, pivot);
            partitioned = already;
            let (left, right) = (mid - a, b - mid);
            if left < right {
                balanced = left >= length / 8;
                self.quick(a, mid, limit);
                a = mid + 1;
            } else {
                balanced = right >= length / 8;
                self.quick(mid + 1, b, limit);
                b = mid;
            }
        }
    }

    fn heap(&mut self, first: usize, b: usize) {
        let hi = b - first;
        for i in (0..=(hi - 1) / 2).rev() {
            self.sift_down(i, hi, first);
        }
        for i in (0..hi).rev() {
            self.swap(first, first + i);
            self.sift_down(0, i, first);
        }
    }

    fn sift_down(&mut self, mut root: usize, hi: usize, first: usize) {
        loop {
            let mut child = 2 * root + 1;
            if child >= hi {
                return;
            }
            if child + 1 < hi && self.less(first + child, first + child + 1) {
                child += 1;
            }
            if !self.less(first + root, first + child) {
                return;
            }
            self.swap(first + root, first + child);
            root = child;
        }
    }

    /// Scatters a few items, always the same ones for a length.
    fn break_patterns(&mut self, a: usize, b: usize) {
        let length = b - a;
        if length < 8 {
            return;
        }
        let mut random = u64::try_from(length).unwrap_or(u64::MAX);
        // A power of two above the length.
        let mask = (1usize << (usize::BITS - length.leading_zeros())) - 1;
        let middle = a + (length / 4) * 2;
        for place in middle - 1..=middle + 1 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let low = usize::try_from(random & u64::from(u32::MAX)).unwrap_or(0);
            let mut other = low & mask;
            if other >= length {
                other -= length;
            }
            self.swap(place, a + other);
        }
    }

    fn choose_pivot(&self, a: usize, b: usize) -> (usize, Hint) {
        let length = b - a;
        let mut swaps = 0;
        let (mut i, mut j, mut k) = (a + length / 4, a + length / 4 * 2, a + length / 4 * 3);
        if length >= 8 {
            if length >= NINTHER {
                for place in [&mut i, &mut j, &mut k] {
                    *place = self.median(*place - 1, *place, *place + 1, &mut swaps);
                }
            }
            j = self.median(i, j, k, &mut swaps);
        }
        let hint = match swaps {
            0 => Hint::Increasing,
            12 => Hint::Decreasing,
            _ => Hint::Unknown,
        };
        (j, hint)
    }

    fn median(&self, a: usize, b: usize, c: usize, swaps: &mut usize) -> usize {
        let mut ordered = |a, b| {
            let swap = self.less(b, a);
            *swaps += usize::from(swap);
            if swap { (b, a) } else { (a, b) }
        };
        let (a, b) = ordered(a, b);
        let (b, _) = ordered(b, c);
        ordered(a, b).1
    }

    /// Smaller items before the place that is answered, the others behind; whether they stood so already.
    fn partition(&mut self, a: usize, b: usize, pivot: usize) -> (usize, bool) {
        self.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        let mut first = true;
        loop {
            while i <= j && self.less(i, a) {
                i += 1;
            }
            while i <= j && !self.less(j, a) {
                j -= 1;
            }
            if i > j {
                self.swap(j, a);
                return (j, first);
            }
            first = false;
            self.swap(i, j);
            i += 1;
            j -= 1;
        }
    }

    /// Items equal to the pivot before the place that is answered, larger ones behind.
    fn partition_equal(&mut self, a: usize, b: usize, pivot: usize) -> usize {
        self.swap(a, pivot);
        let (mut i, mut j) = (a + 1, b - 1);
        loop {
            while i <= j && !self.less(a, i) {
                i += 1;
            }
            while i <= j && self.less(a, j) {
                j -= 1;
            }
            if i > j {
                return i;
            }
            self.swap(i, j);
            i += 1;
            j -= 1;
        }
    }

    /// Puts a few items right; whether all are then sorted.
    fn partial_insertion(&mut self, a: usize, b: usize) -> bool {
        let mut i = a + 1;
        for _ in 0..5 {
            while i < b && !self.less(i, i - 1) {
                i += 1;
            }
            if i == b {
                return true;
            }
            if b - a < NINTHER {
                return false;
            }
            self.swap(i, i - 1);
            if i - a >= 2 {
                let mut j = i - 1;
                while j >= 1 && self.less(j, j - 1) {
                    self.swap(j, j - 1);
                    j -= 1;
                }
            }
            if b - i >= 2 {
                let mut j = i + 1;
                while j < b && self.less(j, j - 1) {
                    self.swap(j, j - 1);
                    j += 1;
                }
            }
        }
        false
    }

    fn stable(&mut self) {
        let end = self.items.len();
        let mut a = 0;
        while a + BLOCK <= end {
            self.insertion(a, a + BLOCK);
            a += BLOCK;
        }
        self.insertion(a, end);
        let mut block = BLOCK;
        while block < end {
            let mut a = 0;
            while a + 2 * block <= end {
                self.merge(a, a + block, a + 2 * block);
                a += 2 * block;
            }
            if a + block < end {
                self.merge(a, a + block, end);
            }
            block *= 2;
        }
    }

    /// Merges two sorted neighbours in place (`symMerge`).
    fn merge(&mut self, a: usize, m: usize, b: usize) {
        if m - a == 1 {
            let to = search(m, b, |h| self.less(h, a));
            return self.rotate_left(a, to);
        }
        if b - m == 1 {
            let to = search(a, m, |h| !self.less(m, h));
            return self.rotate_right(to, m + 1);
        }
        let mid = (a + b) / 2;
        let n = mid + m;
        let (from, to) = if m > mid { (n - b, mid) } else { (a, m) };
        let start = search(from, to, |c| !self.less(n - 1 - c, c));
        let end = n - start;
        if start < m
            && m < end
            && let Some(range) = self.items.get_mut(start..end)
        {
            range.rotate_left(m - start);
        }
        if a < start && start < mid {
            self.merge(a, start, mid);
        }
        if mid < end && end < b {
            self.merge(mid, end, b);
        }
    }

    fn rotate_left(&mut self, from: usize, to: usize) {
        if let Some(range) = self.items.get_mut(from..to).filter(|r| !r.is_empty()) {
            range.rotate_left(1);
        }
    }

    fn rotate_right(&mut self, from: usize, to: usize) {
        if let Some(range) = self.items.get_mut(from..to).filter(|r| !r.is_empty()) {
            range.rotate_right(1);
        }
    }
}

/// The first place from `i` to `j` of which `before` does not hold, found by halving.
fn search(mut i: usize, mut j: usize, before: impl Fn(usize) -> bool) -> usize {
    while i < j {
        let half = (i + j) / 2;
        if before(half) {
            i = half + 1;
        } else {
            j = half;
        }
    }
    i
}
