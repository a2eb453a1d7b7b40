import { relayModel } from '../../model/property.ts';
import type { Target } from '../target.ts';

export const model: Target = { name: 'model', share: 2, property: relayModel };
