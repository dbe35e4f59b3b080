//! Going through a map.

use super::map::Place;
use core::slice;
use library::vec::Vec;

/// The entries between two places, from either end.
#[derive(Debug)]
pub struct Iter<'a, K, V> {
    front: slice::Iter<'a, (K, V)>,
    middle: slice::Iter<'a, Vec<(K, V)>>,
    back: slice::Iter<'a, (K, V)>,
    left: usize,
}

impl<'a, K, V> Iter<'a, K, V> {
    pub(super) fn new(chunks: &'a [Vec<(K, V)>], start: Place, end: Place, len: usize) -> Self {
        let part = |chunk: usize, from: usize, to: usize| {
            chunks.get(chunk).map_or(&[][..], |c| c.get(from..to.min(c.len())).unwrap_or(&[]))
        };
        let (front, back) = if start.0 == end.0 {
            (part(start.0, start.1, end.1), &[][..])
        } else {
            (part(start.0, start.1, usize::MAX), part(end.0, 0, end.1))
        };
        let middle = chunks.get(start.0 + 1..end.0).unwrap_or(&[]);
        Iter { front: front.iter(), middle: middle.iter(), back: back.iter(), left: len }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((k, v)) = self.front.next() {
                self.left = self.left.saturating_sub(1);
                return Some((k, v));
            }
            match self.middle.next() {
                Some(chunk) => self.front = chunk.iter(),
                None if self.back.len() == 0 => return None,
                None => self.front = core::mem::replace(&mut self.back, [].iter()),
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((k, v)) = self.back.next_back() {
                self.left = self.left.saturating_sub(1);
                return Some((k, v));
            }
            match self.middle.next_back() {
                Some(chunk) => self.back = chunk.iter(),
                None if self.front.len() == 0 => return None,
                None => self.back = core::mem::replace(&mut self.front, [].iter()),
            }
        }
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        let Iter { front, middle, back, left } = self;
        Iter { front: front.clone(), middle: middle.clone(), back: back.clone(), left: *left }
    }
}
